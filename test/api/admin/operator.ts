import { Module, type DynamicModule, type Type } from '@nestjs/common'
import { DomainError } from '../../../src/kernel/domain-error.js'
import { PermissionGate, type Operator } from '../../../src/platform/http/index.js'
import { BrowserClient } from '../harness/browser-client.js'
import type { TestApp } from '../harness/test-app.js'

export const OPERATOR_ID = '0193bbbb-0000-7000-8000-000000000001'

/** Stands for the module that will sign operators in: who they are and what they hold is written on the request. */
export class TestGate extends PermissionGate {
  override async assertHolds(caller: { headers: Record<string, unknown> }, permission: string): Promise<Operator> {
    const held = caller.headers['x-test-permissions']
    if (typeof held !== 'string') throw new DomainError('SIGN_IN_REQUIRED')
    if (!held.split(' ').includes(permission)) throw new DomainError('NOT_ENTITLED')
    return { id: OPERATOR_ID }
  }
}

@Module({ providers: [{ provide: PermissionGate, useClass: TestGate }], exports: [PermissionGate] })
class Gated {}

/** The product with such a gate bound. */
export const withGate = (product: DynamicModule): DynamicModule => ({ module: Gated as Type, imports: [product] })

export const operator = (app: TestApp, ...permissions: string[]): BrowserClient =>
  app.browser({ 'x-test-permissions': permissions.join(' ') })
