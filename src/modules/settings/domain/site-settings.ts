import { z } from 'zod'
import { Language } from '../../../contract/self-service.contract.js'

/** In each language the site offers; a site saved before a language existed says nothing in it, and need not. */
const Words = z.partialRecord(Language, z.string().max(120))

/** What one Self-Service site is called, says and offers. Texts people read are per language. */
export const SiteSettings = z
  .object({
    name: z.string().min(1).max(60),
    languages: z.array(Language).min(1),
    serviceDesk: z.object({
      phone: z.string().max(40),
      phoneHref: z.string().regex(/^tel:\+\d{6,15}$/),
      hours: Words,
      place: Words,
      placeHours: Words,
    }),
    identifierExample: z.string().max(120),
    /** Where *Go to sign-in* leads; null leaves the button out. Only https or a path of our own. */
    signInUrl: z.string().regex(/^(https:\/\/|\/)/).nullable(),
    /** Published services of this site (decisions.md 11). An unpublished one answers NOT_ENTITLED. */
    services: z.object({ reset: z.boolean(), change: z.boolean(), unlock: z.boolean(), requests: z.boolean() }),
    /** Names of the organisation: no password is made of them. */
    organisationWords: z.array(z.string().max(60)).max(50),
  })
  .strict()
  .superRefine(({ languages, serviceDesk }, context) => {
    for (const language of languages) {
      for (const field of ['hours', 'place', 'placeHours'] as const) {
        if (serviceDesk[field][language] !== undefined) continue
        context.addIssue({ code: 'custom', path: ['serviceDesk', field, language], message: 'the site offers this language' })
      }
    }
  })
export type SiteSettings = z.infer<typeof SiteSettings>

/** A new installation before anyone has configured it: usable, neutral, and visibly not yet branded. */
export const UNCONFIGURED_SITE: SiteSettings = {
  name: 'Latchkey',
  languages: ['en', 'fi', 'sv', 'de'],
  serviceDesk: {
    phone: '–',
    phoneHref: 'tel:+000000',
    hours: {
      en: 'number not set yet', fi: 'numeroa ei ole vielä asetettu', sv: 'numret är inte angivet ännu',
      de: 'Nummer noch nicht angegeben',
    },
    place: {
      en: 'The service desk of your organisation', fi: 'Organisaatiosi palvelupiste', sv: 'Din organisations servicedesk',
      de: 'Der Servicedesk Ihrer Organisation',
    },
    placeHours: {
      en: 'Bring an identity card.', fi: 'Ota henkilökortti mukaan.', sv: 'Ta med ett id-kort.', de: 'Bringen Sie einen Ausweis mit.',
    },
  },
  identifierExample: 'first.last@example.org',
  signInUrl: null,
  services: { reset: true, change: true, unlock: true, requests: true },
  organisationWords: [],
}
