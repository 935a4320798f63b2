// Decorator metadata (Nest, TypeORM) needs this before the first decorated class is loaded.
import 'reflect-metadata'
import { jest } from '@jest/globals'

jest.setTimeout((globalThis as unknown as { testLimitMs: number }).testLimitMs)
