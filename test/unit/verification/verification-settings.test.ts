import { VerificationSettings } from '../../../src/modules/verification/index.js'

describe('the settings of verification', () => {
  it('are the numbers of the specification', () => {
    expect(VerificationSettings.of({})).toMatchObject({
      codeLength: 8, codeSeconds: 300, triesPerChallenge: 5, wrongCodes: 10, wrongCodesSeconds: 86_400,
      resendsShort: 3, resendsShortSeconds: 900, resendsDay: 5, deviceTries: 5, evidenceSeconds: 900, mostPasswordTries: 5,
      brakeWrongPerMinute: 50, brakeRatio: 5, brakeRatioMinutes: 10,
    })
  })

  it.each([
    ['codeLength', 6, 10], ['codeSeconds', 120, 600], ['triesPerChallenge', 1, 5], ['wrongCodes', 1, 10],
      ['resendsShort', 0, 3], ['resendsDay', 0, 5],
    ['evidenceSeconds', 60, 900], ['deviceTries', 0, 5], ['mostPasswordTries', 1, 5], ['wrongCodesSeconds', 86_400, 604_800],
  ] as const)('%s may be %i to %i, and anything else refuses the start', (name, least, most) => {
    for (const value of [least, most]) expect(VerificationSettings.of({ [name]: value })[name]).toBe(value)
    for (const value of [least - 1, most + 1, least + 0.5, Number.NaN, Infinity]) {
      expect(() => VerificationSettings.of({ [name]: value })).toThrow(name)
    }
  })
})
