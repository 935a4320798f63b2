import { Body, Controller, Get, Put } from '@nestjs/common'
import { ApiTags } from '@nestjs/swagger'
import type { ErrorCode } from '../../../../contract/error-codes.js'
import { ImportPrecedence } from '../../../../contract/import.contract.js'
import { ActingOperator, Answers, CorrelationId, Requires, type Operator } from '../../../../platform/http/index.js'
import { onBehalfOf } from '../../../audit/index.js'
import { ImportAdministration } from '../domain/import-administration.js'

const OPERATOR: readonly ErrorCode[] = ['SIGN_IN_REQUIRED', 'NOT_ENTITLED', 'REQUEST_INVALID']

/** Whose word counts where several sources know a field: of all directories together. */
@ApiTags('imports')
@Controller('api/v1/admin/import-precedence')
export class ImportPrecedenceController {
  constructor(private readonly administration: ImportAdministration) {}

  @Get()
  @Requires('imports.read')
  @Answers(ImportPrecedence, { description: 'For each field the sources, first to last', problems: OPERATOR })
  read(): Promise<ImportPrecedence> {
    return this.administration.precedence()
  }

  @Put()
  @Requires('imports.configure')
  @Answers(ImportPrecedence, { description: 'Saved in place of what was there', problems: [...OPERATOR, 'AUDIT_UNAVAILABLE'] })
  change(
    @Body({ schema: ImportPrecedence }) body: ImportPrecedence, @ActingOperator() operator: Operator, @CorrelationId() correlationId: string,
  ): Promise<ImportPrecedence> {
    return this.administration.changePrecedence(body, onBehalfOf(operator, correlationId))
  }
}
