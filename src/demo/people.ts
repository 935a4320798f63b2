import type { Language } from '../contract/self-service.contract.js'

/** The demo company: thirty people who could be anybody's colleagues, some of them in trouble. Nobody here is real. */
export type DemoAccount = {
  /** `windows`: Windows and email. `archive`: Design archive. */
  readonly directory: 'windows' | 'archive'
  readonly login: string
  /** What is true in the directory itself. */
  readonly is?: 'disabled' | 'locked' | 'password-expired' | 'must-change' | 'account-expired' | 'protected'
  /** The record we keep was read before that became true: only the live look at the write finds out. */
  readonly notReadInYet?: boolean
}
export type DemoPerson = {
  readonly given: string
  readonly family: string
  readonly language: Language
  readonly accounts: readonly DemoAccount[]
  /** A mailbox outside the company; without one there is nothing to send a code to. */
  readonly privateMail?: string
  readonly phone?: string
  readonly privateMailChangedYesterday?: boolean
  readonly left?: boolean
  readonly lockedByManager?: boolean
  readonly story?: DemoStory
}
/** What a newcomer can try with this person, in the words of the README. */
export type DemoStory = { readonly try: string; readonly ends: string }

export const MAIL_DOMAIN = 'norrhavn.example'
/** Every demo account has it at first. Demo databases never serve anything real (decisions.md 1). */
export const DEMO_PASSWORD = 'Lokki-lautta-7-majakka'

const windows = (login: string, is?: DemoAccount['is'], notReadInYet?: boolean): DemoAccount => ({ directory: 'windows', login, is, notReadInYet })
const archive = (login: string, is?: DemoAccount['is']): DemoAccount => ({ directory: 'archive', login, is })

export const DEMO_PEOPLE: readonly DemoPerson[] = [
  {
    given: 'Aino', family: 'Korhonen', language: 'fi', accounts: [windows('aino.korhonen'), archive('akorhonen')],
    privateMail: 'aino.korhonen@posti.example', phone: '+358401230042',
    story: { try: 'I forgot my password', ends: 'a code by mail, two accounts to choose from, one new password in both' },
  },
  {
    given: 'Mikael', family: 'Sundström', language: 'en', accounts: [windows('mikael.sundstrom')],
    privateMail: 'mikael@sundstrom.example', phone: '+358401230017',
    story: { try: 'I know my password and want to change it', ends: 'a changed password; the old one stops working' },
  },
  {
    given: 'Leena', family: 'Mäkinen', language: 'fi', accounts: [windows('leena.makinen', 'locked'), archive('lmakinen')],
    privateMail: 'leena.makinen@posti.example',
    story: { try: 'My account is locked', ends: 'an unlocked account with the password she already has' },
  },
  {
    given: 'Tiina', family: 'Heikkinen', language: 'fi', accounts: [windows('tiina.heikkinen', 'password-expired')],
    privateMail: 'tiina.h@posti.example',
    story: { try: 'Change a password that has expired', ends: 'a new password, although the old one no longer signs in elsewhere' },
  },
  {
    given: 'Oskar', family: 'Lindqvist', language: 'en', accounts: [windows('oskar.lindqvist', 'must-change')],
    privateMail: 'oskar@lindqvist.example',
    story: { try: 'Change a password that must be changed', ends: 'a password of his own' },
  },
  {
    given: 'Pekka', family: 'Rantanen', language: 'fi', accounts: [windows('pekka.rantanen', 'disabled')],
    privateMail: 'pekka.rantanen@posti.example',
    story: { try: 'Reset for a disabled account', ends: 'the same pages as everyone; no code comes, and the inbox has a mail to him saying why' },
  },
  {
    given: 'Ville', family: 'Hakala', language: 'en', accounts: [windows('ville.hakala', 'disabled', true)],
    privateMail: 'ville.hakala@posti.example',
    story: { try: 'Reset for an account that was disabled this morning', ends: 'Your password was not changed, with the reason and a request number' },
  },
  {
    given: 'Sari', family: 'Virtanen', language: 'fi', accounts: [windows('sari.virtanen', 'protected')],
    privateMail: 'sari.virtanen@posti.example',
    story: { try: 'Reset for a domain administrator', ends: 'the same pages as everyone; no code comes, and the inbox has a mail to her saying why' },
  },
  {
    given: 'Noora', family: 'Aalto', language: 'en', accounts: [windows('noora.aalto', 'protected', true)],
    privateMail: 'noora.aalto@posti.example',
    story: { try: 'Reset for someone made administrator this morning', ends: 'refused at the write, with a request number' },
  },
  {
    given: 'Juhani', family: 'Niemi', language: 'fi', accounts: [windows('juhani.niemi')],
    story: {
      try: 'Reset with no contact but the mailbox behind the account',
      ends: 'the same pages as everyone; no code comes, and the inbox has a mail to that mailbox saying why',
    },
  },
  {
    given: 'Emma', family: 'Salo', language: 'en', accounts: [windows('emma.salo')],
    privateMail: 'emma.new@posti.example', privateMailChangedYesterday: true,
    story: {
      try: 'Reset by a contact that was changed yesterday',
      ends: 'the same pages as everyone; no code comes, and the inbox has a mail to her old mailbox saying why, none to the new one',
    },
  },
  {
    given: 'Anna', family: 'Laine', language: 'fi', accounts: [windows('anna.laine')], privateMail: 'laineen.perhe@posti.example',
    story: { try: 'Reset with laineen.perhe@posti.example, which two people share', ends: 'the same pages as everyone; no code comes and nobody is told. Her login name works' },
  },
  { given: 'Antti', family: 'Laine', language: 'fi', accounts: [windows('antti.laine')], privateMail: 'laineen.perhe@posti.example' },
  {
    given: 'Heidi', family: 'Koskinen', language: 'fi', accounts: [windows('heidi.koskinen')], privateMail: 'heidi.koskinen@posti.example',
    lockedByManager: true,
    story: { try: 'Reset for a person locked by a manager', ends: 'the same pages as everyone; no code comes, and the inbox has a mail to her saying why' },
  },
  {
    given: 'Kari', family: 'Lehto', language: 'fi', accounts: [windows('kari.lehto', 'disabled')], privateMail: 'kari.lehto@posti.example', left: true,
    story: { try: 'Reset for someone who has left', ends: 'the same pages as everyone; no code comes and nobody is told' },
  },
  { given: 'Elina', family: 'Saarinen', language: 'fi', accounts: [windows('elina.saarinen'), archive('esaarinen')], privateMail: 'elina@saarinen.example' },
  { given: 'Johan', family: 'Nyström', language: 'sv', accounts: [windows('johan.nystrom')], privateMail: 'johan.nystrom@posti.example' },
  { given: 'Maria', family: 'Hämäläinen', language: 'fi', accounts: [windows('maria.hamalainen'), archive('mhamalai')], privateMail: 'maria.h@posti.example' },
  { given: 'Timo', family: 'Ojala', language: 'fi', accounts: [windows('timo.ojala')], privateMail: 'timo.ojala@kotinen.example' },
  { given: 'Kaisa', family: 'Jokinen', language: 'fi', accounts: [windows('kaisa.jokinen')], privateMail: 'kaisa.jokinen@posti.example' },
  { given: 'Erik', family: 'Holm', language: 'sv', accounts: [archive('eholm')], privateMail: 'erik@holm.example' },
  { given: 'Sofia', family: 'Bergström', language: 'sv', accounts: [windows('sofia.bergstrom'), archive('sbergstr')], privateMail: 'sofia.bergstrom@posti.example' },
  { given: 'Petri', family: 'Kallio', language: 'fi', accounts: [windows('petri.kallio')], privateMail: 'petri@kallio.example' },
  { given: 'Riikka', family: 'Vainio', language: 'fi', accounts: [windows('riikka.vainio')], privateMail: 'riikka.vainio@posti.example' },
  { given: 'Lars', family: 'Engström', language: 'sv', accounts: [windows('lars.engstrom')], privateMail: 'lars.engstrom@kotinen.example' },
  { given: 'Outi', family: 'Peltonen', language: 'fi', accounts: [windows('outi.peltonen')], privateMail: 'outi.peltonen@posti.example' },
  { given: 'Jussi', family: 'Hirvonen', language: 'fi', accounts: [windows('jussi.hirvonen'), archive('jhirvone')], privateMail: 'jussi@hirvonen.example' },
  { given: 'Ingrid', family: 'Dahl', language: 'en', accounts: [windows('ingrid.dahl')], privateMail: 'ingrid.dahl@posti.example' },
  { given: 'Markku', family: 'Tuominen', language: 'fi', accounts: [windows('markku.tuominen')], privateMail: 'markku.tuominen@posti.example' },
  { given: 'Bartholomäus-Konstantin', family: 'Zimmermann-von Hohenstaufen', language: 'de', accounts: [windows('b.zimmermann')], privateMail: 'bkz@hohenstaufen.example' },
]
