import { Injectable } from '@nestjs/common'
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'

type Described<Label extends string> = { readonly name: string; readonly help: string; readonly labels?: readonly Label[] }

/**
 * The process's numbers. Modules make theirs once, in a constructor, and keep them. Names begin with `latchkey_`, are in
 * base units (seconds, bytes) and have labels with few values: never a person, an account, an address or an id.
 */
@Injectable()
export class Metrics {
  readonly registry = new Registry()

  constructor() {
    collectDefaultMetrics({ register: this.registry })
  }

  counter<Label extends string = never>({ name, help, labels = [] }: Described<Label>): Counter<Label> {
    return new Counter({ name, help, labelNames: labels, registers: [this.registry] })
  }

  histogram<Label extends string = never>(described: Described<Label> & { readonly buckets: number[] }): Histogram<Label> {
    const { name, help, labels = [], buckets } = described
    return new Histogram({ name, help, labelNames: labels, buckets, registers: [this.registry] })
  }

  gauge<Label extends string = never>({ name, help, labels = [] }: Described<Label>): Gauge<Label> {
    return new Gauge({ name, help, labelNames: labels, registers: [this.registry] })
  }

  /** A gauge read when somebody asks. A read that fails leaves the number out instead of failing the page. */
  observe(name: string, help: string, read: () => number | Promise<number>): void {
    const gauge: Gauge = new Gauge({
      name,
      help,
      registers: [this.registry],
      async collect() {
        try {
          gauge.set(await read())
        } catch {
          gauge.remove()
        }
      },
    })
  }

  page(): Promise<string> {
    return this.registry.metrics()
  }
}
