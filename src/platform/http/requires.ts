import { applyDecorators, SetMetadata, type CustomDecorator } from '@nestjs/common'

/** Who may call a route. A route without one of these is a mistake: the process does not start with it. */
export type Requirement =
  | { readonly kind: 'public' } // anybody
  | { readonly kind: 'self-service' } // checks the flow cookie or the session of self-service itself
  | { readonly kind: 'permission'; readonly permission: string } // an operator who holds it

export const REQUIREMENT = 'latchkey:requirement'
const needs = (requirement: Requirement): CustomDecorator => SetMetadata(REQUIREMENT, requirement)

export const Public = (): MethodDecorator & ClassDecorator => applyDecorators(needs({ kind: 'public' }))
export const SelfService = (): MethodDecorator & ClassDecorator => applyDecorators(needs({ kind: 'self-service' }))
export const Requires = (permission: string): MethodDecorator & ClassDecorator =>
  applyDecorators(needs({ kind: 'permission', permission }))
