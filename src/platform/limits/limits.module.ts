import { Global, Module } from '@nestjs/common'
import { Limiter } from './limiter.js'
import { LimitSweep } from './limit-sweep.js'

/** Imported once, by the composition root. Needs Database, KeyRing and Scheduler from it. */
@Global()
@Module({ providers: [Limiter, LimitSweep], exports: [Limiter] })
export class LimitsModule {}
