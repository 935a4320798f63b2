import { createParamDecorator, type ExecutionContext } from '@nestjs/common'
import type { IncomingMessage } from 'node:http'

/** Who acts behind a request that needed a permission. `id` is what the audit trail names. */
export type Operator = { readonly id: string }

const operators = new WeakMap<IncomingMessage, Operator>()

/** Called by the guard, once the gate has let the operator through. */
export const rememberOperator = (request: IncomingMessage, operator: Operator): void => void operators.set(request, operator)

export function operatorOf(request: IncomingMessage): Operator {
  const operator = operators.get(request)
  if (!operator) throw new Error('the route needs no permission, so nobody is known to act')
  return operator
}

/** The operator whom the gate let through. On routes with `@Requires` only. */
export const ActingOperator = createParamDecorator((_: unknown, host: ExecutionContext) =>
  operatorOf(host.switchToHttp().getRequest<IncomingMessage>()))
