import { PasswordPolicyModule, PasswordPolicySettings, StrengthMeter } from '../../../src/modules/password-policy/index.js'
import { afterWholeFile } from '../../together/suite-of.js'

/**
 * One thread measures for every application of a test file: loading its word lists takes a second of processor, which
 * most tests would spend and never use. The meter is the real one.
 */
const meter = new StrengthMeter(new PasswordPolicySettings())
afterWholeFile(() => meter.onApplicationShutdown())

/** Call before the first application is made. */
export function shareOneMeter(): void {
  const providers = Reflect.getMetadata('providers', PasswordPolicyModule) as unknown[]
  const at = providers.indexOf(StrengthMeter)
  const shared: Pick<StrengthMeter, 'measure'> = { measure: (...question) => meter.measure(...question) }
  if (at >= 0) providers.splice(at, 1, { provide: StrengthMeter, useValue: shared })
}
