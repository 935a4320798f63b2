import { Injectable, type CanActivate, type ExecutionContext, type OnModuleInit } from '@nestjs/common'
import { ModuleRef, Reflector } from '@nestjs/core'
import type { Request } from 'express'
import { DomainError } from '../../kernel/domain-error.js'
import { rememberOperator, type Operator } from './acting-operator.js'
import { REQUIREMENT, type Requirement } from './requires.js'

/** Says whether the operator behind a request holds a permission. Bound by the module that signs operators in. */
export abstract class PermissionGate {
  /** Answers who acts, for the trail. Throws SIGN_IN_REQUIRED or NOT_ENTITLED. */
  abstract assertHolds(request: Request, permission: string): Promise<Operator>
}

/** Closed unless a route says what it needs. Without a permission gate nobody holds any permission. */
@Injectable()
export class RequirementGuard implements CanActivate, OnModuleInit {
  #gate: PermissionGate | null = null

  constructor(
    private readonly reflector: Reflector,
    private readonly modules: ModuleRef,
  ) {}

  /** The gate lives in a module above this one, so it is looked up when all are there. */
  onModuleInit(): void {
    try {
      this.#gate = this.modules.get(PermissionGate, { strict: false })
    } catch {
      this.#gate = null
    }
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const targets = [context.getHandler(), context.getClass()]
    const requirement = this.reflector.getAllAndOverride<Requirement | undefined>(REQUIREMENT, targets)
    if (!requirement) throw new DomainError('NOT_ENTITLED', { diagnostic: 'the route names no requirement' })
    if (requirement.kind !== 'permission') return true
    if (!this.#gate) throw new DomainError('SIGN_IN_REQUIRED')
    const request = context.switchToHttp().getRequest<Request>()
    rememberOperator(request, await this.#gate.assertHolds(request, requirement.permission))
    return true
  }
}
