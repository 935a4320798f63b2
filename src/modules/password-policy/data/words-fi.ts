/** Plain Finnish words for passphrases: 4 to 8 letters a to z, so that they type alike on every keyboard. */
export const FINNISH_WORDS = `
aamu aita aivan ajatus ajuri akku aktiivi alkio alku alppi alue alus ananas ankka antenni apila apina apteekki arki arkku
armeija arpa arvo arvoitus asema asento asia askel astia astua asuja atlas aurinko autio auto avain avanto avaruus avoin
baletti banaani basilika bussi daami delfiini eilen einekset elokuu elokuva ennen ensi erakko eriste etana eteinen eteva etsin
euro filmi flyygeli halko halli hallitus hame hamppu hana hanka hanki hansikas hapsu harava hari harju harmaa harppu harso
hartia hattara hattu hauki hauska havainto havu hehku heimo heinikko hella helle helmi helppo henki herkku herne herra hetki
hevonen hiekka hieno hihna hiihto hiilloke hiiri hiisi hiljaa hillo himmeli hinta hiomo hirsi hirssi hirvi historia hius hohde
hohto hoikka hoito holvi homma hopea horsma hotelli houkutus huhta huhtikuu huilu huippu huivi humala humina hunaja huoli
huomen huomenna huone huopa hurja hurraa huuhkaja huuli huurre huuto huvi huvila idea ihana ihme ikkuna ikuinen ilma ilmari
iloinen ilta iltama ilves imuri into isku istua istuin istutus jaksaa jalava jalka jaloin jalusta jarru jatko jauhe jauho
jogurtti joki jono joukko joulu joulukuu jousi joutsen juhannus juhla juhlat juna juokseva juoma juoni juosta juttu juuri
juusto kaakao kaakeli kaali kaamos kaari kaarna kaava kahvi kahvila kaide kaikki kaiku kaisla kaivo kajakki kajo kakku kala
kalastaa kallio kallo kalusto kamari kamera kampa kana kanava kanerva kanki kannu kansa kansi kantele kanto kapu kara karhu
kari karitsa karkki karpalo kartano kartta karvas kasari kaski kasku kassi kastanja kaste kastike kasvi kasvo kataja katos
katsaus katse kattila katto katu kauha kaukana kaula kaunis kauppa kaupunki kaura kauris kausi kaveri kehto kehys keidas
keikka keitin keitto kekri kelkka kello kelo kelta kerho kerma kerros kertoja kesanto keskus keto kettu kevyt kide kiehkura
kiekko kieli kielo kierros kiikari kiila kiilto kiiski kiitos kilpa kilpi kimalle kimppu kinkku kinos kioski kirja kirjasto
kirje kirkas kirkko kirppu kirsikka kirves kissa kita kitara kiuas kiulu kivi kivikko kohde kohina kohta koira koivikko koivu
koje kokki koko kokoelma kolikko kolme kolmio kolo kompassi kone kontti koodi koota kopio koralli korento kori koriste korkea
korko korpi korppi kortti koru korva koskelo koski kosteus koti kotilo kotka koukku koulu kruunu kuikka kuisti kuitu kuja
kukka kukkaro kukko kukkula kulho kulku kulma kulta kultala kumpu kuningas kunto kuori kuoro kupari kuppi kurki kurkku kurkuma
kurpitsa kurssi kutoa kutsu kuulas kuume kuunari kuura kuusi kuusikko kuutamo kuva kuvio kvartsi kyky laakeri laakso laatikko
laatta ladata lahja lahti laina laituri laiva laivasto lakana lakka lakki laku lampaat lampi lamppu lanka lankku lapanen lapio
lapsi lasi laskea lasku lasta lastu lato latu latva lauantai laukku laulaa laulaja laulu lautanen lautta lavuaari lehmus lehti
lehto leija leijona leikki leima leinikki leipoa leipuri leiri lelu lempeys lempi lenkki lento lepakko leppoisa leveys lieju
liekki liesi lieska liete lihas liike liina liito limetti linja linkki linko linna linssi lintu lipasto lippu liukas liuku
liuska lohi lohko loimu loistava loiste loitsu lokki loma lomake lommo lompakko loru lounas luento luikku luistin luja lukea
lukki lukko luku lumi lumikko lumme lunta luola luona luonto luostari luoto luovi lusikka luumu luuta maailma maali maantie
maapallo maatila maha maininki maisema maito maja majakka majava makea makkara maksu malja malka malli maltti malva mansikka
manteli marja marjala markka markkina marmori marssi massa matka matto mauste meduusa mehu meijeri meloa meloni meri mesi
messinki metalli metri metso miekka mieli miilu minuutti mitali mitta moottori mopo motelli muikea muikku mukava muki mukula
multa mummo munakas munkki muoto muotoilu muovi murmeli murre muru museo musiikki musta mustikka mutka mutteri muuri mylly
naapuri nahka nainen nappi narri narsissi naru nauha naula nauraa nauris nauru navetta neilikka neito neste neula neuvo niemi
nietos niini niitty nimi nippu niska nisu noita nokka nopea nopeus noppa norppa norsu nostaa nosturi nuija nuken nukke nuoli
nuora nuotio nuotti nuppi nurkka nurmi nutria nyytti odottaa ohja ohjaaja ohje ohra oikea oivallus okra oksa oliivi olka olki
omena onki onnea onni ooppera opas opettaja opiskelu oppia oppilas oranssi orava orvokki osake osoite ostaa osto osuma otsikko
ottelu otus ovela paahdin paahto paali paapuuri paatti paikka paimen paino paita paja paju paketti pakka pakkanen paksu pala
palaa palapeli palatsi palikka palju palko pallo palmikko palmu palsta palvelu pankki pannu paprika papu paraati pari parila
parkki parta parveke parvi passi pasta pastilli patja patsas pauhu paussi peikko peili peitto pekoni pelaaja peli pelto penkki
perhe perhonen persikka peru peruna pesu pesula piano pieni piha pihka pihlaja pihvi piilo piirakka piiri piirros pikari pikku
pilari pilkku pilli pilotti pilvi pilvinen pinaatti pinkki pino pinta pioni pipo pippuri pirtti pisara piste pitko pitsi pizza
plektra pohja pohjola poiju poika poimia pojat pokaali polku polska polvi poni poppeli porkkana poro porras porraste portti
porukka posliini posti potku pouta povi proosa puhe puhelin puhti puikko puisto pukki puku pulkka pulla pullo pulma pulu
pumppu punainen punoa punos puntari puolukka puomi purje puro pursi pusero puska puskuri putki puuro puuseppa puutarha raaka
raami raha rahka raikas raita raitti raivaaja raja rakas rakennus raketti ranne ranta rapu rastas rasti rata ratas ratikka
ratsu rauha raunio rauta ravi ravinto rehti reilu reitti reki repo reppu retki retkue reuna riekko riemu rihma riihi riimi
riipus riisi riite rikas rinki rinne rinta ripe risteys risti ritari ritsa robotti rohkea roihu romaani ropina rosoinen rouhe
routa rouva rubiini ruis ruiske ruisku rukka rukki rulla rumpu runko runo ruoho ruoka ruokala ruori ruotsi rupla rusina ruska
ruskea ruuhka ruukku ruusu ruutu ruuvi saaga saapas saappaat saari saattaa sade sadetta saha sahrami saippua salaatti salainen
salama salava sali salkku salko salmi salo samea sametti sammal sampo sana sandaali sankari sankko sanoma saranat sarja sarka
sarvi sata satama satu satula sauna sauva savi savu seimi seisoa selleri sello seppele seppo serkku seteli setri seula seura
siemen sieni siili siilo siima siipi siirappi siirto siisti siivu siksi silakka silkki silli silmu silppu silta simpukka
sinappi sinfonia singota sini sininen sipuli sirkka sirkku sirkus sirppi siru sisar sisko sisu sitruuna sivu sivusto sohva
soida soihtu soitin soittaa soittaja sokeri solki solmio solmu soolo soopeli soppa sorkka sormi sormus sorsa sorvi soturi
soutaa sovinto suhina suippu sukat sukellus sukka suklaa suksi sula sulho sulka sumu suojus suola suomu suopursu suora suosio
surffi susi suti suukko suunta suuri suutari svetari taajuus tabletti taide taika taimen taimi taitava taito taivas takka
takki talkoot talli talo talvi tammi tammikuu tango tanhu tanko tanssi tapa tapetti tarha tarina tarjotin tarkka tarkkuus
tasanko tase tasku tatti tauko taulu tavara tavoite tehdas tehokas teippi telakka teline teltta tennis teos terassi terho
terva terve tieto tiikeri tiili tilaus tilkku tilli timantti timjami tina tiski tohtori tohveli toimi toimisto toive toivo
tomaatti tonttu tori torni torppa torstai torttu torvi tosi tossu toukka touko toukokuu traktori trapetsi tsaari tuhat tuhka
tuikku tuisku tuki tukka tukki tuli tulos tulppa tumma tunneli tunti tunturi tuohi tuoksu tuoli tuomi tuoppi tuore tupa
turbiini turku turve tutka tutkija tuttu tuuli tuulta tuuma tuutti uida uimari uistin ukko ukonilma ulappa uljas ulko ullakko
uniikki unikko upea urakka urheilu urho urku urut usko uudin uuni uusi uutinen vaahtera vaahto vaaka vaara vadelma vaellus
vaha vahti vahva vaihde vaikutus vaippa vaja vakaa vala valas valita valkea valli valo valssi valta valtava valtti vanamo
vanha vanilja vanukas vapaa vapu vara varasto varis varjo varpu varpunen varsa varsi varuste vasara vasen vasikka vaski
vastaus vati vauhti vaunu vauva vehje vehka veikko veistos veitsi velho veli vene verho verkko verso verstas vesi veska viesti
vihje vihko vihma vihta viidakko viikari viikko viima viipale viiri viisari viisas viita viitta vikla vilja vilkas villa
vilpas vilu vinkki vinssi vintti violetti vipu virka virna virta virve visa vispi viulu vohveli voide voileipa voima voitto
voltti vuode vuohi vuoka vuokko vuokra vuono vuori vuoro vuosi vuota vuotta
`
