import { Module } from '@nestjs/common'
import { AdConnectorFactory } from './ad/ad-connector.js'
import { CONNECTOR_FACTORIES, type ConnectorFactory } from './domain/connector.js'
import { ConnectorOpener } from './domain/connector-opener.js'
import { Directories } from './domain/directories.js'
import { DirectoriesSettings } from './domain/directories-settings.js'
import { DirectoryCensus } from './domain/directory-census.js'
import { DirectoryConfiguration } from './domain/directory-configuration.js'
import { OpenldapConnectorFactory } from './openldap/openldap-connector.js'
import { LocalConnectorFactory } from './local/local-connector.js'
import { LocalDirectoryAdmin } from './local/local-directory-admin.js'
import { DirectoryRecords } from './persistence/directory-records.js'

/** Needs, globally: Database, KeyRing. A new kind of directory is one more factory in the list. */
@Module({
  providers: [
    DirectoriesSettings, DirectoryRecords, ConnectorOpener, Directories, DirectoryConfiguration, DirectoryCensus, LocalConnectorFactory,
    AdConnectorFactory, OpenldapConnectorFactory, LocalDirectoryAdmin,
    {
      provide: CONNECTOR_FACTORIES,
      useFactory: (...factories: ConnectorFactory[]) => factories,
      inject: [LocalConnectorFactory, AdConnectorFactory, OpenldapConnectorFactory],
    },
  ],
  exports: [Directories, DirectoryConfiguration, DirectoryCensus, DirectoriesSettings, LocalDirectoryAdmin, CONNECTOR_FACTORIES],
})
export class DirectoriesModule {}
