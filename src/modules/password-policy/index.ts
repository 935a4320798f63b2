// Front door. See README.md.
export { PasswordPolicyModule } from './password-policy.module.js'
export { PolicyEngine } from './domain/policy-engine.js'
export { StrengthMeter, type Strength, type StrengthReason } from './domain/strength-meter.js'
export { GenerationUnsatisfiable, PasswordGenerator, type GeneratedPassword } from './domain/password-generator.js'
export { PasswordPolicySettings } from './domain/password-policy-settings.js'
export { DEFAULT_PRODUCT_POLICY, ProductPolicy } from './domain/product-policy.js'
export { NO_DECLARED_RULES, type DeclaredRules, type PersonWords } from './domain/declared-rules.js'
export type { DirectoryRules, PolicyOperation } from './domain/policy-join.js'
