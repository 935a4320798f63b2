/**
 * Passwords common in Finnish, Swedish and German offices that the international list misses: words for "password",
 * greetings, pets, teams, places, food. Short by design; the leaked list does the bulk.
 */
const FINNISH = `
salasana salainen salasanani tunnussana käyttäjä kayttaja tervetuloa moikka hei-hei moimoi terve rakkaus rakastan
rakas kulta kultaseni perkele saatana vittu paska perse kissa koira hevonen karhu susi kettu orava muumi muumipappa
jääkiekko jaakiekko jokerit ilves tappara kärpät karpat ässät assat lukko hifk jalkapallo formula kimi räikkönen
raikkonen selänne selanne litmanen suomi suomifinland finland helsinki tampere turku oulu espoo vantaa lahti jyväskylä
jyvaskyla kuopio joensuu lappi lappeenranta rovaniemi nokia sauna saunailta olut kahvi makkara pulla sisu sisu123
aurinko kuu tähti tahti metsä metsa järvi jarvi mökki mokki kesämökki kesamokki perjantai maanantai viikonloppu loma
kesäloma kesaloma joulupukki joulu juhannus äiti aiti isä isa mummo pappa poika tyttö tytto enkeli prinsessa
prinssi kuningas kuningatar lohikäärme lohikaarme omena mansikka mustikka banaani suklaa toimisto esimies työpaikka
tyopaikka tietokone näppäimistö nappaimisto internet sähköposti sahkoposti vaihdettava vaihdatämä vaihdatama vaihdasalasana
oletus oletussalasana väliaikainen valiaikainen testi testitesti testaus
`
const SWEDISH = `
lösenord losenord lösen losen hemlig hemligt hemligheten välkommen valkommen välkomna hejsan hejhej tjena kärlek karlek
älskar alskar älskling alskling jagälskardig jagalskardig hunden katten hästen hasten björn bjorn varg räv ekorre
fotboll ishockey hockey djurgården djurgarden hammarby malmöff malmoff frölunda frolunda färjestad farjestad brynäs
brynas zlatan foppa sverige svensson stockholm göteborg goteborg malmö malmo uppsala västerås vasteras örebro orebro
linköping linkoping helsingborg jönköping jonkoping norrköping norrkoping sommar sommaren semester vinter fredag
måndag mandag midsommar julafton jultomten tomten solsken stjärna stjarna skogen sjön sjon stuga sommarstuga mamma
pappa mormor morfar farmor farfar flicka pojke ängel angel prinsessa prins kung drottning drake äpple apple jordgubbe
blåbär blabar choklad kaffe kanelbulle fika pannkaka köttbullar kottbullar kontoret chefen dator tangentbord
bytmig bytlösenord bytlosenord tillfällig tillfallig standard testare testtest
`
const GERMAN = `
passwort passwörter kennwort geheim geheimnis geheimwort willkommen hallo hallohallo hallo123 servus moinmoin liebe
ichliebedich liebling schatz schatzi mausi hase hasi baby hund katze pferd bär baer wolf fuchs schnucki spatzi
fussball fußball bayern bayernmünchen bayernmuenchen dortmund borussia schalke schalke04 hsv werder bremen stuttgart
deutschland germany berlin hamburg münchen muenchen köln koeln frankfurt düsseldorf duesseldorf leipzig dresden
österreich oesterreich wien schweiz sommer sommerzeit winter herbst frühling fruehling montag freitag wochenende urlaub
sommerurlaub weihnachten ostern weihnachtsmann sonne sonnenschein stern mond himmel wald blume blumen schmetterling
mutter vater mama papa oma opa engel prinzessin prinz könig koenig königin koenigin drache apfel erdbeere banane
schokolade kaffee bier gummibärchen gummibaerchen buero büro chef rechner computer tastatur ändern aendern
ändermich aendermich vorläufig vorlaeufig standard start123 testtest qwertz qwertzuiop yxcvbnm asdfghjkl
`
export const LOCAL_COMMON_PASSWORDS: readonly string[] = [...new Set([FINNISH, SWEDISH, GERMAN].flatMap((list) => list.trim().split(/\s+/u)))]
