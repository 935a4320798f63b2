import { z } from 'zod'

/** Above this no password is looked at, only refused: hashing and scoring cost must not be the caller's to choose. */
export const MAX_CODE_POINTS = 256
/** NIST SP 800-63B-4 §3.1.1.2: verifiers permit at least 64. A directory may declare less; the product may not. */
const SMALLEST_MAXIMUM = 64
const CLASSES = 4

const count = z.number().int().min(0).max(MAX_CODE_POINTS)

/** The product's own policy, on top of what each directory declares. Saved only when it can be met at all. */
export const ProductPolicy = z.object({
  minLength: z.number().int().min(1).max(MAX_CODE_POINTS),
  maxLength: z.number().int().min(SMALLEST_MAXIMUM).max(MAX_CODE_POINTS),
  minLower: count,
  minUpper: count,
  minDigit: count,
  minSpecial: count,
  /** At least so many of: small letters, capitals, digits, other marks. */
  minClasses: z.number().int().min(0).max(CLASSES),
  prohibitedCharacters: z.string(),
  prohibitedBegin: z.string(),
  prohibitedEnd: z.string(),
  /** Empty: every character is allowed. */
  allowedCharacters: z.string(),
  rejectPersonWords: z.boolean(),
  rejectCommon: z.boolean(),
  /** The company, its products, its town: refused inside a password. */
  contextWords: z.array(z.string().min(3).max(60)).max(150),
  /** The meter's lowest acceptable score; 0 turns the rule off. A meter that fails refuses nothing. */
  minScore: z.number().int().min(0).max(4),
}).strict()
  .refine((policy) => policy.maxLength >= policy.minLength, { path: ['maxLength'], message: 'is lower than minLength' })
  .refine((policy) => policy.minLower + policy.minUpper + policy.minDigit + policy.minSpecial <= policy.maxLength,
    { path: ['maxLength'], message: 'is lower than the sum of the minimum counts' })
  .refine((policy) => [...policy.prohibitedCharacters].every((mark) => !policy.allowedCharacters.includes(mark)),
    { path: ['allowedCharacters'], message: 'allows a prohibited character' })
export type ProductPolicy = z.infer<typeof ProductPolicy>

/** The values of screen 05: long enough, three kinds, nothing of the person, nothing that is on everybody's list. */
export const DEFAULT_PRODUCT_POLICY: ProductPolicy = {
  minLength: 12,
  maxLength: MAX_CODE_POINTS,
  minLower: 0,
  minUpper: 0,
  minDigit: 0,
  minSpecial: 0,
  minClasses: 3,
  prohibitedCharacters: '',
  prohibitedBegin: '',
  prohibitedEnd: '',
  allowedCharacters: '',
  rejectPersonWords: true,
  rejectCommon: true,
  contextWords: [],
  minScore: 2,
}
