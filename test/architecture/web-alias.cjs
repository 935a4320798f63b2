const { resolve } = require('node:path')

/** The browser app's one alias (web/vite.config.ts), in the only form that dependency-cruiser reads. */
module.exports = { resolve: { alias: { '@contract': resolve('src/contract') } } }
