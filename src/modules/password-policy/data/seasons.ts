/** Seasons, months and feasts: with a year behind them they are the first thing tried where passwords expire. */
export const SEASONS_AND_MONTHS: readonly string[] = `
spring summer autumn winter fall january february march april june july august september october november december
easter christmas midsummer halloween monday tuesday wednesday thursday friday saturday sunday
kevät kesä syksy talvi kevat kesa tammikuu helmikuu maaliskuu huhtikuu toukokuu kesäkuu heinäkuu elokuu syyskuu lokakuu
marraskuu joulukuu kesakuu heinakuu pääsiäinen paasiainen joulu juhannus vappu maanantai tiistai keskiviikko torstai
perjantai lauantai sunnuntai
vår sommar höst vinter host januari februari mars maj juni juli augusti oktober påsk pask jul midsommar måndag tisdag
onsdag torsdag fredag lördag söndag
frühling sommer herbst fruehling januar februar märz maerz mai dezember ostern weihnachten montag dienstag mittwoch
donnerstag freitag samstag sonntag
`.trim().split(/\s+/u)
