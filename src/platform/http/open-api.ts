import { Injectable, type INestApplication } from '@nestjs/common'
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger'
import { z } from 'zod'
import { Problem } from '../../contract/problem.contract.js'
import { PROBLEM_TYPE } from './problem.js'

/**
 * The document of this process, from the schemas that validate and serialise. Made when somebody first asks: it costs a
 * quarter of a second, which would be the greatest part of a restart's work on our side.
 */
@Injectable()
export class OpenApi {
  #make: (() => OpenAPIObject) | null = null
  #document: OpenAPIObject | null = null

  /** Called when all routes are known. */
  describe(app: INestApplication, version: string): void {
    this.#make = () => documentOf(app, version)
  }

  document(): OpenAPIObject {
    if (!this.#make) throw new Error('the routes are not known yet')
    return (this.#document ??= this.#make())
  }
}

function documentOf(app: INestApplication, version: string): OpenAPIObject {
  const config = new DocumentBuilder().setTitle('Latchkey').setVersion(version).build()
  const document = SwaggerModule.createDocument(app, config, { standardSchemaConverter: convert })
  for (const operation of operationsOf(document)) {
    operation.responses['default'] = { description: 'Any other refusal', content: {} }
    for (const response of Object.values(operation.responses)) asProblem(response as ResponseLike)
  }
  const schemas = { ...document.components?.schemas, Problem: jsonSchema(Problem, 'output') }
  document.components = { ...document.components, schemas }
  return document
}

type Schema = Record<string, unknown>
type ResponseLike = { description: string; content?: Record<string, { schema: Schema }> }
type Operation = { responses: Record<string, unknown> }

const PROBLEM_REF = { $ref: '#/components/schemas/Problem' }

const operationsOf = (document: OpenAPIObject): Operation[] =>
  Object.values(document.paths).flatMap((path) =>
    Object.values(path as object).filter(isOperation))
const isOperation = (value: unknown): value is Operation =>
  typeof value === 'object' && value !== null && 'responses' in value

/** Refusals are written with the media type of RFC 9457, all with the one schema. */
function asProblem(response: ResponseLike): void {
  const schema = response.content?.['application/json']?.schema
  const isProblem = response.description === 'Any other refusal' || schema?.['$ref'] === PROBLEM_REF.$ref
  if (isProblem) response.content = { [PROBLEM_TYPE]: { schema: PROBLEM_REF } }
}

function convert(schema: unknown, { schemaType }: { schemaType: 'input' | 'output' }): { schema: unknown } | undefined {
  if (schema === Problem) return { schema: PROBLEM_REF }
  return schema instanceof z.ZodType ? { schema: jsonSchema(schema, schemaType) } : undefined
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Schema {
  const converted = z.toJSONSchema(schema, { target: 'openapi-3.0', io, reused: 'inline' }) as Schema
  const { $schema: _, '~standard': __, ...rest } = converted
  return rest
}
