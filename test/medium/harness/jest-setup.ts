// Decorator metadata (Nest, TypeORM) needs this before the first decorated class is loaded.
import 'reflect-metadata'
