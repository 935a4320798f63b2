import { Body, Controller, Get, Param, Post, Put, Query } from '@nestjs/common'
import { ApiTags } from '@nestjs/swagger'
import { z } from 'zod'
import type { ErrorCode } from '../../../../contract/error-codes.js'
import {
  DirectoryImport, HowMany, ImportRunList, ImportRunView, ImportSchedulesView, ImportSettingsView, StartImport, UnmatchedList,
} from '../../../../contract/import.contract.js'
import { ActingOperator, Answers, CorrelationId, Requires, type Operator } from '../../../../platform/http/index.js'
import { onBehalfOf } from '../../../audit/index.js'
import { ImportAdministration } from '../domain/import-administration.js'
import { RequestedImports } from '../domain/requested-imports.js'

const OF_DIRECTORY: readonly ErrorCode[] = ['SIGN_IN_REQUIRED', 'NOT_ENTITLED', 'REQUEST_INVALID', 'NOT_FOUND']
const CHANGING: readonly ErrorCode[] = [...OF_DIRECTORY, 'AUDIT_UNAVAILABLE']
const Id = z.uuid()
type HowMany = z.infer<typeof HowMany>

@ApiTags('imports')
@Controller('api/v1/admin/directories/:id')
export class ImportAdminController {
  constructor(
    private readonly administration: ImportAdministration,
    private readonly imports: RequestedImports,
  ) {}

  @Get('import-settings')
  @Requires('imports.read')
  @Answers(ImportSettingsView, { description: 'How the directory is read in, and what is dangerous about it', problems: OF_DIRECTORY })
  settings(@Param('id', { schema: Id }) id: string): Promise<ImportSettingsView> {
    return this.administration.settings(id)
  }

  @Put('import-settings')
  @Requires('imports.configure')
  @Answers(ImportSettingsView, { description: 'Saved; the next import reads everything', problems: CHANGING })
  changeSettings(
    @Param('id', { schema: Id }) id: string, @Body({ schema: DirectoryImport }) body: DirectoryImport, @ActingOperator() operator: Operator,
    @CorrelationId() correlationId: string,
  ): Promise<ImportSettingsView> {
    return this.administration.changeSettings(id, body, onBehalfOf(operator, correlationId))
  }

  @Get('import-schedules')
  @Requires('imports.read')
  @Answers(ImportSchedulesView, { description: 'When the directory is read by itself', problems: OF_DIRECTORY })
  schedules(@Param('id', { schema: Id }) id: string): Promise<ImportSchedulesView> {
    return this.administration.schedulesOf(id)
  }

  @Put('import-schedules')
  @Requires('imports.configure')
  @Answers(ImportSchedulesView, { description: 'Saved; worker processes keep it from a few seconds on', problems: CHANGING })
  changeSchedules(
    @Param('id', { schema: Id }) id: string, @Body({ schema: ImportSchedulesView }) body: ImportSchedulesView, @ActingOperator() operator: Operator,
    @CorrelationId() correlationId: string,
  ): Promise<ImportSchedulesView> {
    return this.administration.changeSchedules(id, body, onBehalfOf(operator, correlationId))
  }

  @Post('imports')
  @Requires('imports.start')
  @Answers(ImportRunView, {
    status: 202, description: 'Asked for: a worker process begins it. Its address is the id', problems: [...CHANGING, 'ACTION_IN_PROGRESS'],
  })
  start(
    @Param('id', { schema: Id }) id: string, @Body({ schema: StartImport }) body: StartImport, @ActingOperator() operator: Operator,
    @CorrelationId() correlationId: string,
  ): Promise<ImportRunView> {
    return this.imports.start(id, body, onBehalfOf(operator, correlationId))
  }

  @Get('imports')
  @Requires('imports.read')
  @Answers(ImportRunList, { description: 'Newest first', problems: OF_DIRECTORY })
  async list(@Param('id', { schema: Id }) id: string, @Query({ schema: HowMany }) { limit }: HowMany): Promise<ImportRunList> {
    return { imports: await this.imports.list(id, limit) }
  }

  @Get('imports/:run')
  @Requires('imports.read')
  @Answers(ImportRunView, { description: 'One import, under way or ended; its counts are those of the last page on record', problems: OF_DIRECTORY })
  one(@Param('id', { schema: Id }) id: string, @Param('run', { schema: Id }) run: string): Promise<ImportRunView> {
    return this.imports.view(id, run)
  }

  @Get('unmatched-accounts')
  @Requires('imports.read')
  @Answers(UnmatchedList, { description: 'Accounts that could be given to nobody, and why', problems: OF_DIRECTORY })
  async unmatched(@Param('id', { schema: Id }) id: string, @Query({ schema: HowMany }) { limit }: HowMany): Promise<UnmatchedList> {
    return { unmatched: await this.imports.unmatched(id, limit) }
  }
}
