export { Limiter, type Charge, type LimitKey, type LimitRule } from './limiter.js'
export { LimitsModule } from './limits.module.js'
