import { inspect } from 'node:util'

/**
 * A secret on its way through the process. Every road by which a value becomes text by accident (template string,
 * JSON, console, error serialiser) gives "[secret]"; only `reveal()` gives the value, so reviewers can search for it.
 */
export class SecretText {
  readonly #value: string
  constructor(value: string) {
    this.#value = value
  }
  reveal(): string {
    return this.#value
  }
  toString(): string {
    return '[secret]'
  }
  toJSON(): string {
    return '[secret]'
  }
  [inspect.custom](): string {
    return '[secret]'
  }
}
