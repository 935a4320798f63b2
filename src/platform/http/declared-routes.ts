import { Injectable, RequestMethod, type OnApplicationBootstrap } from '@nestjs/common'
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core'
import { REQUIREMENT, type Requirement } from './requires.js'

export type DeclaredRoute = {
  readonly handler: string
  readonly method: string
  readonly path: string
  readonly requirement: Requirement | null
}

// Names of metadata that Nest's own decorators write; it exports no constants for them.
const PATH = 'path'
const METHOD = 'method'

/** Every route of the process with what it needs. A route that names nothing keeps the process from starting. */
@Injectable()
export class DeclaredRoutes implements OnApplicationBootstrap {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
  ) {}

  onApplicationBootstrap(): void {
    const open = this.list().filter(({ requirement }) => requirement === null)
    if (open.length === 0) return
    throw new Error(`routes without @Public, @SelfService or @Requires: ${open.map(({ handler }) => handler).join(', ')}`)
  }

  list(): DeclaredRoute[] {
    return this.discovery.getControllers().flatMap(({ instance, metatype }) => {
      if (!instance || !metatype) return []
      const prototype = Object.getPrototypeOf(instance) as object
      return this.scanner.getAllMethodNames(prototype).flatMap((name) => {
        const handler = (prototype as Record<string, unknown>)[name] as (...args: unknown[]) => unknown
        const method = Reflect.getMetadata(METHOD, handler) as RequestMethod | undefined
        if (method === undefined) return []
        const targets = [handler, metatype as () => unknown]
        const requirement = this.reflector.getAllAndOverride<Requirement | undefined>(REQUIREMENT, targets)
        return pathsOf(metatype).flatMap((base) => pathsOf(handler).map((own) => ({
          handler: `${metatype.name}.${name}`,
          method: RequestMethod[method]!,
          path: joined(base, own),
          requirement: requirement ?? null,
        })))
      })
    })
  }
}

const pathsOf = (target: object): string[] => [(Reflect.getMetadata(PATH, target) as string | string[] | undefined) ?? ''].flat()
const joined = (base: string, own: string): string =>
  `/${[base, own].flatMap((part) => part.split('/')).filter((part) => part !== '').join('/')}`
