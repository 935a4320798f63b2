/** Plain Swedish words for passphrases: 4 to 8 letters a to z, so that they type alike on every keyboard. */
export const SWEDISH_WORDS = `
adel adress affisch afton agenda akrobat akvarell album allt alster amiral ananas anda ande andel angel anka ankare ankomst
annons ansikte anta antal apelsin april arbete arena arkiv armband artikel arton arving asfalt aska aspen astrakan atlas atlet
avtal axel axplock backe backig badboll badort bagare bageri bagge balans balett balja balkong ballong bambu banan band
bandage banjo bank banker barack bark barn barnbarn barock barr basar basilika bassist bastu batteri beige beredd berg
bergtopp berikad besked besvar betala betyg bikupa bild bilist biljard biljett bingo biologi bisam biskop bisvarm bito bjuda
blad bland blandad blanka blick blidka blixt block blomma blommig blus blyerts blyg boende bokad bokhylla bokstav boll bolster
bomull bonad bonde bord borg borstad borste botten bottna bovete bowling bragd brand brant brasa bred brev brevbok bris brits
brodd broder brons brosch bruk brun brunn brunt brygga bubbla buffel bukett bulle bunt buske buss butik bygd bygga byggnad
byte bytta cello cement central chans charm choklad cider cirkel cirkus citron cykel cyklist dagbok dagg daggig daglig damm
dansa dansare dator december degel delfin delta deltid dessert diamant dikt diktare dill dimma diplom disk djungel djup docka
doft doktor domare domherre domino dotter dragspel drake dricka droppe druva dryck dubbel duell duka dunge durk duva dynamo
eklov ekorre ekvator eldig eldstad elefant elegant elev elva emalj endiv enkel ensam enslig envis epok erbjuda esprit etikett
evig fabel fabrik fackla fadder fader fager fagott fakta falk fallen familj famn fana fantasi farbror farfar farled farm
farmor fart fartyg fasad fasan fastland fatta feber februari felfri femton fest fetaost figur fiken fikon film filosof filt
final finger fink fiol fisk fiskare fjant fjord fjorton fjun flagga flamingo flamma flanell flaska flicka flinga flis flitig
flock flod flora flotte fluga flygel flykt flyta flytt fodral fokus folk forell form forma forn forsen forska fotboll frakt
fram framsida frans fredag fredlig fregatt fresk frihet frimodig frisk frisyr frost frukost frukt fruktig frusen fullt fura
furir fyrtorn fysik gaffel galax galen galler galleri galopp gammal garage gardin garn garnison gasell gast gata gavel gemsa
genast genial gift gips gipsa giraff gitarr givande givmild glad glans glass glasyr glatt glida glimt glob glosa gnista gnola
godis golf golv golvur gondol grad gram gran granne granris gransk gren grepp gris grotta grov grund gruppen grus gruva
gryning gryta guide guld gull gunga gurka gyllen hage hagel hallon halm halsduk halva hammare hamn hand handel handske hare
harmoni harpa hassel hast hatt havre havtorn hektar helg helikon hemlig hemma hemort herde hermelin herre himmel hink hinna
historia hjord hjort hjortron hjul hobby hockey honung hopp hoppa horisont horn hotell humla hummer humor humoris hund hurtig
hustak huvud hylla hyra hytta idag idol idrott igelkott ilbud inbakad indigo insekt insikt instans iris isbana isberg isbit
isfri istapp jacka jackan jaguar jakt januari jasmin jeans jonglera jord jordbruk journal jubel juice julgran juli jumper
jungle juni jury juvel kabel kaffe kajak kaka kakao kaktus kalas kalender kalk kalkon kamera kamrat kanal kanel kanin kanon
kanot kant kapell kappa kapris kapten karamell karavan karott karp karta kartong karusell kassa kastanj katalog kavaj kavla
kennel keps kila kilo kimono kiosk kjol klack klang klar klass klaver klen klimat klipp klippa klister klocka klok kloster
klot klubb klurig kluven klyfta knapp knekt knip knopp knut kobbe kobolt kock koffert kokos kolibri koloni komet kommun
kompass kompis konsert konst konto kontor kopia koppar korall korg korint korp korsett korsord kort kosmos kostym kotte krabba
kraft krage kragen kran krans kristall krita krokus krona kropp krydda kubik kudde kulle kultur kund kung kupol kurs kurva
kusin kust kvadrat kvalitet kvarn kvart kvast kvick kvist kyckling kyla kyrka lada ladda lagom lagun lakan lakrits lampa land
lanterna larm lasso last latin lavin ledare ledig ledstav legend lejon lekplats lektion lektor lemon lera leta lever liga lila
lilja lime limpa lind linda lingon linje linne lins lista liten livfull livlig ljud ljuga ljung ljus locka loge logisk lokal
lopp lotus lucka luft lugn lunch lund lupin lurvig luta lutande luva lykta lyra lyssna magi magister magnet magnolia maka
makrill malm mamma mandarin mandel mandolin mango mantel mareld marin mark markis marknad marmor mars marsch marsvin mask
maskin maskros mast matbord match matris matta medalj medium mejeri melodi melon mening meny metall meteor metod metro mild
mimosa mineral mink minne minska minst minut mjuk mocka modell modern moln monark monitor moped morfar morgon mormor morot
mosaik mossa motell motor muffin mugg mulen mumie munk munter muntert murare murbruk museum musik muskot mussla mustang mynt
mynta myra myrten mysig napp narciss natt nattlig natur navare nebulosa nejlika nektar neon nicka nisse nitton noga nord
norrsken norrut notbok notera novell november nummer nunna nyans nybakad nyckel nyhet nyklippt nylon nypon nysta nytta oboe
ocean odla odling offert okra oktav oktober oliv omelett onsdag opal opera orange ordbok orden ordlek ordna organist orgel
orkan orkester orkide ornament ostkaka ostron otter oval paket palats palett palissad palm panda panel panna panter papegoja
papper paprika parad parasoll park parkett parti partitur pass passion pasta pastej pastill paus pedal pekan pelare pelikan
pendel penna penning pensel peppar pergola perrong persika person piano picknick pigg pilot pimpsten pincett pingst pingvin
pion pipa piper pirat planet planka plansch planta plast platina plats platt platta plocka plog plommon plysch poesi pojke
pokal polare polka pollen pommac ponny poppel porslin portal porten portfolj post poster potatis prakt premie present prick
prins prisma problem profil projekt promenad prosa prov pudding pudel puder pulka puls pumpa punkt puppa purjo pussel pyramid
pyssel racket radar radiator radio rafs rakt ramen ramsa ranka rapport rast rasta redig regent regi region regn rejal rektor
renlav reptil resa reson resor restid retro rida riddare ridning riktig rimfrost rimlig rimma ring ringa risk ritning ritual
robot robust rock rodd rodel rolig roman romans rosett rosmarin rost rotor rubin ruda rulla rumba runa rund runsten russin
rusta rutig rykte rymd rymlig rytm sadel safari saffran saft saga sagobok saker salami salong salsa salt salut samba samla
sand sandal sanning saxofon scen schack schema sedel segel seger segla seglare seglats sejdel sekel sekund selen selleri sena
senap sensor serie servett sesam sida siden signal silke sill silver simma simmare sinne sippa sirap sirener sirlig sits sjal
sjunga sjutton skafferi skal skald skarp skata skepp skicka skida skiffer skilda skimmer skina skinande skiva skog skola
skolbok skorpa skratt skridsko skriva skrivare skugga skuld skulptur skur skuta skydd skylt skymning slaget slalom slant slipa
slips slita slott slug sluss slutet smak smal smaragd smart smed smedja smultron smycke snabb snabbt snabel snar snara
snickare snigel snyft snygg sobel socka sockel socker soffa solig solros solsken sommar sonat soppa sopran sorbet sork sort
spade spana spann spara sparris sparv spegel spel spela spelare spenat spets spik spindel spinna spiral spis spole spont sport
springa spruta stabil stad stadig stadion stall stam stanna stapel stark start station staty stege stekt sten stenbock stig
stilig stilla stock stol stolpe stolt storm storstad strand strumpa struts stryka student studio stuga stund sudd summa sund
surfare surra sval svala svalka svamp svan svar svart svarta svepa svett svit syfte sylt symbol symfoni synlig syren system
syster tablett tack tackla tacksam takt talang tall tallrik tand tango tant tapet taverna tavla teater tegel tejp teknik
telefon tempel tenn tennis tenor termin terrass test text tidning tiger till tillit timjan timme timmer tina tinnar tinning
tisdag titel tjat tjugo toast toffel tolv tomat tomte tona topas topp torg torka torn torp torsdag torsk torso total trafik
traktor trall trampa trana trappa trasa trast tratt tredje trekant trettio triangel trio trivas trogen trolla trombon tropik
trubadur trumma trumpet tryffel trygg tuba tuff tugga tulpan tumla tumme tumvante tund tung tunga tunna tunnel turban turist
turkos tvekan tvilling tvina tvist tyda tyll tyst udda uggla ulster undra ungdom uniform unik uppdrag uppsats urna urskog
utflykt utgift utsikt utter utvald vacker vagga vagn vaken vakna vakt vald valross vals valuta vandra vanilj vante vapen varm
varsam varv vass vassen vatten vattnet vaxljus vecka veranda verk verkstad vers vete vila vild vilja villa vimla vimpel vind
vinge vinka vinst vinter viol violin virka virvel visa visdom visit viska vissla vistelse vitamin vits vitsippa viva vokal
volang volym vrida vulkan vuxen vykort yacht ylle yngling yoghurt yppig yrke yster ytlig zebra zenit zink zoolog zoom
`
