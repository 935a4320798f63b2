import { applyDecorators, HttpCode, SerializeOptions } from '@nestjs/common'
import { ApiResponse } from '@nestjs/swagger'
import type { z } from 'zod'
import { ERRORS, type ErrorCode } from '../../contract/error-codes.js'
import { Problem } from '../../contract/problem.contract.js'
import { statusOf } from './problem-status.js'

type Success = { readonly status?: number; readonly description: string; readonly problems?: readonly ErrorCode[] }

/**
 * What a route answers: documents it and enforces it. The answer leaves through this schema, so a member the contract
 * does not name never leaves the server; an answer that does not fit is our bug and becomes INTERNAL.
 * `null` is an empty answer (204 unless another status is given).
 */
export function Answers(schema: z.ZodType | null, { status, description, problems = [] }: Success): MethodDecorator {
  const success = status ?? (schema ? 200 : 204)
  const byStatus = new Map<number, ErrorCode[]>()
  for (const code of problems) byStatus.set(statusOf(code), [...(byStatus.get(statusOf(code)) ?? []), code])
  return applyDecorators(
    HttpCode(success),
    schema ? SerializeOptions({ schema }) : () => {},
    ApiResponse(schema ? { status: success, description, standardSchema: schema } : { status: success, description }),
    ...[...byStatus].map(([code, names]) => ApiResponse(problemResponse(code, names))),
  )
}

function problemResponse(status: number, codes: readonly ErrorCode[]): Parameters<typeof ApiResponse>[0] {
  const description = codes.map((code) => `${code} (${ERRORS[code].type})`).join(', ')
  return { status, description, standardSchema: Problem }
}
