import { z } from 'zod'
import { DEFAULT_ARGON2_COST } from '../../../integrations/argon2/password-hasher.js'

const count = z.number().int().min(0).max(256)
const seconds = z.number().int().min(0).max(400 * 86_400)

/** Settings of one directory of kind `local`. 0 turns a rule off. */
export const LocalSettings = z.object({
  rules: z.object({
    minLength: count.default(12),
    maxLength: z.number().int().min(64).max(256).default(256),
    minLower: count.default(0),
    minUpper: count.default(0),
    minDigit: count.default(0),
    minSpecial: count.default(0),
    minClasses: z.number().int().min(0).max(4).default(3),
    prohibitedCharacters: z.string().max(100).default(''),
    rejectPersonWords: z.boolean().default(true),
    /** Passwords remembered, the present one included. */
    historyLength: z.number().int().min(0).max(50).default(24),
    minAgeSeconds: seconds.default(0),
  }).strict().prefault({}),
  maxAgeDays: z.number().int().min(0).max(3_650).default(0),
  lockout: z.object({
    /** Wrong passwords within the window that lock the account. */
    threshold: z.number().int().min(0).max(1_000).default(10),
    windowSeconds: seconds.default(900),
    /** How long it stays locked; 0: until somebody unlocks it. */
    durationSeconds: seconds.default(1_800),
  }).strict().prefault({}),
  argon2: z.object({
    memoryKib: z.number().int().min(4_096).max(1_048_576).default(DEFAULT_ARGON2_COST.memoryKib),
    passes: z.number().int().min(1).max(20).default(DEFAULT_ARGON2_COST.passes),
    lanes: z.number().int().min(1).max(8).default(DEFAULT_ARGON2_COST.lanes),
  }).strict().prefault({}),
}).strict()
export type LocalSettings = z.infer<typeof LocalSettings>
