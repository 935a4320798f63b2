/** What a proof is for. A proof names it and opens nothing else (security.md rule 2). */
export type Purpose = 'password-reset' | 'account-unlock' | 'self-service-sign-in' | 'password-change'
export type FlowProof = { readonly flowId: string; readonly purpose: Purpose }
export type AssuranceLevel = 'low' | 'medium' | 'high'
/** How much a proof proves. `longCode`: it took no code, or one that is long enough while codes are being guessed. */
export type Strength = { readonly assurance: AssuranceLevel; readonly longCode: boolean }

/** Decisions.md 24 and requirements §1.4. */
export const ASSURANCE_OF = { 'mail-code': 'medium', 'known-password': 'low' } as const satisfies Record<string, AssuranceLevel>
export type MethodId = keyof typeof ASSURANCE_OF
