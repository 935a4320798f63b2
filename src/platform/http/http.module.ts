import { Module, type DynamicModule } from '@nestjs/common'
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, DiscoveryModule } from '@nestjs/core'
import { StandardSchemaSerializerInterceptor } from '@nestjs/common'
import { Cookies } from './cookies.js'
import { DeclaredRoutes } from './declared-routes.js'
import { FrameController } from './frame.controller.js'
import { GracefulStop } from './graceful-stop.js'
import { HTTP_SETTINGS, type HttpSettings } from './http-settings.js'
import { HttpVitals } from './http-vitals.js'
import { OpenApi } from './open-api.js'
import { ProblemFilter } from './problem-filter.js'
import { RequirementGuard } from './requirement-guard.js'

/** Brought in by `createApplication`; no other module imports it. Global: controllers just inject Cookies. */
@Module({})
export class HttpModule {
  static with(settings: HttpSettings): DynamicModule {
    return {
      module: HttpModule,
      global: true,
      imports: [DiscoveryModule],
      controllers: [FrameController],
      providers: [
        { provide: HTTP_SETTINGS, useValue: settings },
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: APP_GUARD, useClass: RequirementGuard },
        { provide: APP_INTERCEPTOR, useClass: StandardSchemaSerializerInterceptor },
        Cookies, DeclaredRoutes, GracefulStop, HttpVitals, OpenApi,
      ],
      exports: [HTTP_SETTINGS, Cookies, DeclaredRoutes],
    }
  }
}
