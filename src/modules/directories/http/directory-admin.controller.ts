import { Body, Controller, Get, Param, Post, Put } from '@nestjs/common'
import { ApiTags } from '@nestjs/swagger'
import { z } from 'zod'
import {
  DirectoryList, EventTaskList, EventTaskView, PermissionReportView, SwitchEventTask,
} from '../../../contract/directory-admin.contract.js'
import type { ErrorCode } from '../../../contract/error-codes.js'
import { ActingOperator, Answers, CorrelationId, Requires, type Operator } from '../../../platform/http/index.js'
import { onBehalfOf } from '../../audit/index.js'
import { DirectoryOverview } from '../domain/directory-overview.js'
import { EventTaskSwitch } from '../domain/event-task-switch.js'
import { TestRights } from '../domain/test-rights.js'

const OPERATOR: readonly ErrorCode[] = ['SIGN_IN_REQUIRED', 'NOT_ENTITLED', 'REQUEST_INVALID']
const NOT_ASKED: readonly ErrorCode[] = [
  'CONNECTOR_UNAVAILABLE', 'CONNECTOR_MISCONFIGURED', 'CONNECTOR_FORBIDDEN', 'DIRECTORY_THROTTLED', 'OPERATION_NOT_SUPPORTED',
]

@ApiTags('directories')
@Controller('api/v1/admin/directories')
export class DirectoryAdminController {
  constructor(
    private readonly overview: DirectoryOverview,
    private readonly rights: TestRights,
    private readonly tasks: EventTaskSwitch,
  ) {}

  @Get()
  @Requires('directories.read')
  @Answers(DirectoryList, { description: 'The configured directories and how they are', problems: OPERATOR })
  async list(): Promise<DirectoryList> {
    return { directories: await this.overview.list() }
  }

  @Post(':id/self-test')
  @Requires('directories.test')
  @Answers(PermissionReportView, {
    status: 200,
    description: 'Each right of the service account, with the command for what is missing. It writes on the named test account, and undoes it.',
    problems: [...OPERATOR, 'NOT_FOUND', 'ACTION_IN_PROGRESS', 'AUDIT_UNAVAILABLE', ...NOT_ASKED],
  })
  selfTest(
    @Param('id', { schema: z.uuid() }) id: string, @ActingOperator() operator: Operator, @CorrelationId() correlationId: string,
  ): Promise<PermissionReportView> {
    return this.rights.run(id, onBehalfOf(operator, correlationId))
  }

  @Get(':id/event-tasks')
  @Requires('directories.read')
  @Answers(EventTaskList, { description: 'Which operation each step is there', problems: [...OPERATOR, 'NOT_FOUND'] })
  eventTasks(@Param('id', { schema: z.uuid() }) id: string): EventTaskList {
    return { eventTasks: this.tasks.list(id) }
  }

  @Put(':id/event-tasks/:step')
  @Requires('directories.configure')
  @Answers(EventTaskList, { description: 'A step switched on or off there', problems: [...OPERATOR, 'NOT_FOUND', 'AUDIT_UNAVAILABLE'] })
  async switchEventTask(
    @Param('id', { schema: z.uuid() }) id: string,
    @Param('step', { schema: EventTaskView.shape.step }) step: z.infer<typeof EventTaskView>['step'],
    @Body({ schema: SwitchEventTask }) { enabled }: z.infer<typeof SwitchEventTask>, @ActingOperator() operator: Operator,
    @CorrelationId() correlationId: string,
  ): Promise<EventTaskList> {
    return { eventTasks: await this.tasks.set(id, step, enabled, onBehalfOf(operator, correlationId)) }
  }
}
