import { Injectable } from '@nestjs/common'

@Injectable()
export class IdentitySettings {
  /** National numbers are read as numbers of this country (digits of the ITU country code). */
  readonly defaultCountryCode: string = '358'
  /** A contact changed more recently than this does not carry a forgot-password reset alone (decisions.md 9). Hours. */
  readonly freshContactHours: number = 72
}
