/** Plain German words for passphrases: 4 to 8 letters a to z, so that they type alike on every keyboard. */
export const GERMAN_WORDS = `
abend absatz adler adresse ahorn akkord akte alarm album allee alltag alpen alphabet alster amboss ameise ampel amsel ananas
anfang angebot angel anker ankunft anlage anorak antenne antrag antwort anzeige anzug apfel apotheke aprikose april arbeit
archiv arena armband aroma artikel artist arzt asche aster atelier athlet atlas atom attika auftrag august ausflug ausgabe
auskunft ausweis auto autor bach backe backofen bagger bahn bahnhof balken balkon ball ballett ballon bambus banane band bank
banner bariton bark basar basis batterie bauch bauer baum baumhaus baustein beere begriff beifall beispiel berg bergbach
bergsee bericht beruf besen besuch beton betrieb beutel bewegung biber biene bild bildung birke birne bison bitte blatt blau
blech blei blick blitz block blume blumig bluse boden bogen bohne bohrer boje bonbon boot borke botanik bote bowle brand
brause breit bremse brett brezel brief brille brise brosche brot bruder brunnen buch buche bucht bude bukett bund bunt burg
burger busch butter cello champion chance charme chef chor clown collage comic computer couch cousin creme dach dachs daheim
dahlie dame dampfer dank datei dattel datum dauer daumen decke deckel deich delfin denkmal detail dezember diamant dichter
dickicht diele diener dienst ding dinkel diplom direktor distel doktor dolmen domino donner dorf dose drache draht drama drei
dreieck dreirad drohne druck drucker duft dunst duplikat durst dutzend ebbe ebene echo edel efeu egge ehre eiche eichel eifer
eigen eilig eimer einfach einfall einhorn einkauf einlage einzug eisbahn eisberg eisen eisig elch elefant elegant element elfe
elster emaille empfang ende endlich energie engel enkel ente enzian epoche erbse erde erfolg ernte ersatz esche espe essay
essen essig etage etikett eule europa ewig fabel fabrik fach fackel faden fahne fahrer fahrrad fahrt falke fall falter familie
farbe farm farn fasan fassade fassung faust februar feder feier feile fein feld fell fels fenchel fenster ferien fernrohr fest
festung feuer fichte figur filiale film filter filz finale finger fink firma fisch fischer flach flagge flamme flasche flaum
fleck flieder fliege fliese flink flocke floh flora flosse flotte flug fluss fohlen folge folie forelle form formel forscher
forst forum foto fracht frage frei freitag freizeit freude freund frieden frisch frisur froh frosch frost frucht fuchs fuhre
fund fundort funke furche gabel galaxie galerie galopp gans ganz garage gardine garn garten gasse gast gasthof gaukler gebiet
gebirge geburt gedanke gedicht geduld gefieder gehege gehweg geige geist gelb geld gelenk gemse genau general genuss gepard
gerade gericht gerste gesang gesetz gesicht gespann gestein gesund getreide gewicht gewinn gewitter giebel ginster gipfel gips
giraffe gitarre gitter glanz glas glatt gleis glied glocke glut gold golf gondel gorilla grafik gramm granit graph gras grau
grenze griff grille grotte gruppe gulasch gummi gunst gurke gurt haar hafen hafer hagel hahn haken halb halle halm hals halt
hammer hamster hand handel handlung handwerk hanf hantel harfe harz hase haube haus hausherr haustier haut hebel hecht hecke
hefe heft heide heimat heiter held helfer hell hemd herbst herd herde hering herr herz heute hier hilfe himbeere himmel
hinweis hirsch hirse hirte hitze hobby hobel hoch hocker hoheit holunder holz honig hopfen horizont horn hose hotel hummel
hummer humor hund hunger hupe husky idee idol igel iltis imbiss imker impuls index indigo ingwer inhalt insekt insel internat
iris jacke jade jaguar jahr januar jasmin jazz jeans jemand jetzt jockei jodler joghurt jubel judo jugend juli jung junge juni
juwel kabel kabine kachel kader kaffee kahn kaiser kajak kakao kaktus kalb kalender kalk kalt kamel kamera kamille kamin kamm
kammer kanal kanarie kandidat kanister kanne kanone kante kantine kanu kanzel kapelle kapitel kapsel kapuze karamell karawane
karotte karpfen karte karton kasse kassette kastanie kasten katalog katze kaufhaus kegel kehle keim keks kelch kelle keller
kellner kern kerze kessel kette kiefer kies kilo kind kino kiosk kirche kirsche kissen kiste kiwi klang klapp klar klasse
klavier kleber klee kleid klein klemme klima klingel klinke klippe kloster klotz klub klug knie knolle knopf knospe knoten
kobold koch koffer kohl kohle kokos kolibri komet komma kommode kompass konfetti kongress kontakt konto konzert kopf kopie
koralle korb kordel kork korn kosmos kost kostbar kraft kragen kran kranich kranz krater kraut krawatte kreide kreis kresse
kreuz krimi kristall krokus krone kruste kubus kuchen kuckuck kugel kulisse kultur kunde kunst kupfer kuppel kurbel kurier
kurs kurve kurz labor lachen lachs lack lade lagune laib lama lamm lampe land landung lang laptop lasche lassen lasso last
laterne latte laub lauch lauf laune laut lava lavendel lawine leben leber leder leer lehm lehne lehrer leicht leim leine
leinwand leise leiste leiter lektion lenker leopard lerche lernen lesen leser leuchte licht lieb lied liege liga lila lilie
limette limonade linde lineal linie links linse lippe liste liter loch locke lockruf lokal lorbeer lotse lotto lotus luchs
luft luftpost lupe lupine luxus lyrik magazin magie magnet magnolie mahl mais majoran makrele maler malve malz mammut mandel
mango mantel marathon marder marille marine markt marmor marsch maschine maske mast material matratze matrose matte mauer
maultier maurer maus medaille medizin meer mehl meile meinung meise meister meldung melodie melone memo menge mensch merkmal
messe messer metall meteor meter methode miene miete mikrofon milch mild million mimose mineral minute minze mischung mispel
mittag mitte mittel mitwoch modell modem modern mohn mokka moment monat mond monitor monster montag moor moos morgen mosaik
most motiv motor motto mulde mumie mund munter murmel muschel museum musik muskat muskel mustang muster mutig mutter myrte
nabel nachbar nacht nadel nagel name napf narzisse nase nashorn nation natur nebel neffe nektar nelke nerv nerz nest nett netz
neubau neugier neun nichte nickel niveau noch nomade nord norden nordsee notar note notiz nougat november nudel nummer nuss
nutzen oase oben ober obst ofen offen oktave oktober olive opal oper optik orange orbit orchidee orden ordner ordnung organ
orgel orkan osten ostern otter ozean paar paket palast palette palme panda panne panther papagei papier pappe pappel paprika
parade park parkett partner party passage pastell pastete pate patent patient pause pavillon pedal pegel pelikan pelz pendel
perle person pfad pfanne pfarrer pfau pfeffer pfeife pfeil pfeiler pferd pfiff pfirsich pflanze pflaster pflaume pflug pfosten
pfote pfund piano picknick pilger pille pilot pilz pinguin pinie pinsel pionier pirat piste pizza plakat plan planet plastik
platin platte platz plaza podium poesie pokal polar police polster pommes pony portal porto posaune post poster pracht praline
preis premiere presse prinz prisma probe problem profi profil programm projekt prosa prospekt prozess publikum pudding pudel
puder pulli puls pult pulver pumpe punkt puppe purpur puzzle pyramide quader quadrat qualle quark quartett quarz quelle quitte
quiz rabatt rabe radar radio radweg rahm rahmen rakete rampe rand rang ranke rappe raps rasen rast raster rathaus raum raupe
rebe rechen rechnung rechts rede redner reform regal regatta regel regen regie region regler reich reif reifen reihe reim reis
reise reiter rekord reling rente rest retter rettich revier rezept rhythmus richter richtung riegel riese rind rinde ring
rippe risiko ritter robbe roboter rock rodel roggen rohr rolle roller roman rosa rose rosine rosmarin rost rotor route rubin
ruder ruhe ruhig ruine rumba rund rutsche saal saat safari safran saft sage sahne saison saite salat salbe salbei salon salto
salz samba samen samstag samt sand sandale sandburg sanft sardine sattel satz sauber sauna schach schaf schal schale schalter
schatten schatz schaufel scheibe schein schere scherz scheune schiene schiff schild schilf schinken schirm schlaf schlange
schlau schleife schloss schlucht schmal schmied schmuck schnabel schnecke schnee schnell schnitt schnur schrank schraube
schrift schritt schuh schule schulter schwalbe schwamm schwan schwarz schweif schwung sechs seehund seeigel seele segel segler
seide seife seil seite sekt sekunde sellerie sender senf sense serie sesam sessel sichel sicher sieb sieben sieg signal silbe
silber silo sirup sitz sitzbank skala skizze socke sofa sohle sohn solide sommer sonate sonde sonne sonnig sonntag sopran
sorte spargel spaten spatz specht speise spende sperling spiegel spiel spinat spinne spirale spitze sport sprache spruch
sprung spule spur staat stab stachel stadion stadt stahl stall stamm standort star stark start statue staub steg stein stelle
stelze stempel steppe stern steuer stich stiefel stift still stimme stirn stock stoff stolz storch straff strand strauch
strecke streifen strick strom strumpf stube student studio stufe stuhl stunde sturm substanz suche summe sumpf suppe surfer
symbol synode system szene tabelle tablett tafel takt talent talisman tandem tango tanne tante tanz tapete tasche tasse taste
tatsache tatze taube taucher tausch tausend taxi team technik teich teig teil telefon teller tempel tempo tennis teppich
termin terrasse test text theater thema therme thron thymian ticket tiefe tier tiger tinte tipp tisch titel toast tochter
toffee tomate tonne topas topf torf torte torwart tour traktor tramper traube traum treffen treffer trend treppe tresor treue
tribune tribut trichter trick trikot trio trocken trommel trompete tropfen truhe truppe tube tuch tugend tulpe tundra tunnel
turban turbine turm turnen turnier ulme umfang umhang umlauf umweg umwelt umzug unfug uniform unikat union urkunde urlaub
ursache urwald vase vater veilchen velo ventil veranda verband verein verkehr verlag vernunft vers versuch vertrag vesper
viadukt video vielfalt vier viertel villa viola violett violine visum vitamin vogel vokabel vokal voll volumen vorbild vorhang
vorrat vorteil vortrag vorwort vulkan waage wabe wache wachs wachtel wade waffel wagen wahl wahr wald walfisch walnuss walross
walzer wand wandel wanderer wange wanne wappen warm wasser watte weber wecker weich weide weihe weile wein weise weit weizen
welle wellen welpe welt wende werft werk werkzeug wert wesen wespe weste westen wetter wicke widder wiese wild wille wimpel
wind windrad winkel winter wipfel wippe wirbel wirt wissen witz woche wohnung wolf wolke wolle wort wunder wunsch wurf wurst
wurzel zahl zahn zander zange zapfen zart zauber zaun zebra zeder zehn zeichen zeiger zeile zeit zelle zelt zement zeppelin
zettel zeuge ziegel ziel ziffer zimmer zimt zink zinn zirkel zirkus zither zitrone zoll zone zopf zucker zufall zukunft zunge
zweck zwei zweig zwerg zwiebel zwilling zylinder
`
