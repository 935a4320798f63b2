import { dictionary } from '@zxcvbn-ts/language-common'

/** Some 49,000 passwords seen most often in public leaks, lower case, most common first. Bundled: nothing is looked up. */
export const leakedPasswords = (): readonly string[] => dictionary['passwords-common']
