import { Module } from '@nestjs/common'
import { Directories } from './domain/directories.js'

@Module({ providers: [Directories], exports: [Directories] })
export class DirectoriesModule {}
