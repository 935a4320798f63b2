import { z } from 'zod'
import { ERROR_CODES } from './error-codes.js'

/** Values a text needs (tries left, a clock time, a directory's display name). Never a secret, never another person's data. */
export const TextParams = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
export type TextParams = z.infer<typeof TextParams>

/** One broken password rule. `rule` names a row of the policy view, so the page marks that very row. */
export const Violation = z.object({ rule: z.string(), params: TextParams.optional(), directory: z.string().optional() })
export type Violation = z.infer<typeof Violation>

/** RFC 9457 problem details, the only shape of an error answer. `field` is the request member at fault, if it is one. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  code: z.enum(ERROR_CODES),
  detail: z.string().describe('The person text in the request language'),
  params: TextParams.optional(),
  fields: z.array(z.object({ field: z.string(), reason: z.string() })).optional(),
  violations: z.array(Violation).optional(),
  retryAt: z.iso.datetime().optional(),
  correlationId: z.string(),
})
export type Problem = z.infer<typeof Problem>
