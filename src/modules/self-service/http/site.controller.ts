import { Controller, Get } from '@nestjs/common'
import { ApiTags } from '@nestjs/swagger'
import { SiteView } from '../../../contract/self-service.contract.js'
import { Answers, Public } from '../../../platform/http/index.js'
import { DemoInbox } from '../../notifications/index.js'
import { Sites } from '../../settings/index.js'

@ApiTags('self-service')
@Public()
@Controller('api/v1/self-service/site')
export class SiteController {
  constructor(
    private readonly sites: Sites,
    private readonly inbox: DemoInbox,
  ) {}

  @Get()
  @Answers(SiteView, { description: 'Name, service desk, languages and published services' })
  async site(): Promise<SiteView> {
    const { organisationWords: _, ...site } = await this.sites.current()
    return { ...site, demo: this.inbox.receives }
  }
}
