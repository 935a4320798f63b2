import startCluster from '../../medium/harness/start-cluster.mjs'
import { buildVictim } from '../victim/build-victim.mjs'

/** jest global setup: Postgres, and the program that the trials kill. */
export default async function setup() {
  const [program] = await Promise.all([buildVictim(), startCluster()])
  process.env.LATCHKEY_TEST_VICTIM = program
}
