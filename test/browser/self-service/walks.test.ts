import { suiteOf } from '../../together/suite-of.js'

/**
 * Three sets of walks on one server: their people are different ones, and none changes anything for the others.
 * back-and-forth: johan.nystrom, petri.kallio, kaisa.jokinen, lars.engstrom, jussi.hirvonen, sofia.bergstrom, outi.peltonen,
 * ingrid.dahl · keyboard: elina.saarinen, and johan and timo.ojala unchanged · canary: aino.korhonen.
 */
await suiteOf('back and forth', () => import('./back-and-forth.walks.js'))
await suiteOf('keyboard', () => import('./keyboard.walks.js'))
await suiteOf('canary', () => import('./canary.walks.js'))
