import type { SiteSettings } from '../modules/settings/index.js'

export const DEMO_SITE: SiteSettings = {
  name: 'Norrhavn',
  languages: ['en', 'fi'],
  serviceDesk: {
    phone: '09 000 00100',
    phoneHref: 'tel:+358900000100',
    hours: { en: 'open 24 hours', fi: 'avoinna ympäri vuorokauden' },
    place: { en: 'Service point, Satamakatu 3, Helsinki', fi: 'Palvelupiste, Satamakatu 3, Helsinki' },
    placeHours: { en: 'Monday to Friday 8 to 16. Bring an identity card.', fi: 'Maanantaista perjantaihin klo 8–16. Ota henkilökortti mukaan.' },
  },
  identifierExample: 'aino.korhonen',
  signInUrl: '/sign-in',
  services: { reset: true, change: true, unlock: true, requests: true },
  organisationWords: ['Norrhavn'],
}
