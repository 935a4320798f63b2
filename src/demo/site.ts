import type { SiteSettings } from '../modules/settings/index.js'

export const DEMO_SITE: SiteSettings = {
  name: 'Norrhavn',
  languages: ['en', 'fi', 'sv', 'de'],
  serviceDesk: {
    phone: '09 000 00100',
    phoneHref: 'tel:+358900000100',
    hours: { en: 'open 24 hours', fi: 'avoinna ympäri vuorokauden', sv: 'öppet dygnet runt', de: 'rund um die Uhr erreichbar' },
    place: {
      en: 'Service point, Satamakatu 3, Helsinki', fi: 'Palvelupiste, Satamakatu 3, Helsinki',
      sv: 'Servicedesken, Hamngatan 3, Helsingfors', de: 'Servicedesk, Satamakatu 3, Helsinki',
    },
    placeHours: {
      en: 'Monday to Friday 8 to 16. Bring an identity card.',
      fi: 'Maanantaista perjantaihin klo 8–16. Ota henkilökortti mukaan.',
      sv: 'Måndag till fredag kl. 8–16. Ta med ett id-kort.',
      de: 'Montag bis Freitag 8 bis 16 Uhr. Bringen Sie einen Ausweis mit.',
    },
  },
  identifierExample: 'aino.korhonen',
  signInUrl: '/sign-in',
  services: { reset: true, change: true, unlock: true, requests: true },
  organisationWords: ['Norrhavn'],
}
