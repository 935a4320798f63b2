import { notThis, ProvingGround, type Known } from './proving-ground.js'

let ground: ProvingGround
let aino: Known

beforeEach(async () => {
  ground = await ProvingGround.open({ poolSize: 20 })
  aino = await ground.person('aino')
})
afterEach(() => ground.close())

describe('the right code', () => {
  it('verifies once, leaves one evidence of medium assurance and an audit row, and is then over', async () => {
    const proof = ground.proof()
    const code = await ground.startedWith(aino.subject, proof)
    const answer = await ground.answer(aino.subject, proof, code)
    expect(answer).toEqual({ result: 'verified', evidenceId: expect.any(String) })
    expect(await ground.answer(aino.subject, proof, code)).toEqual({ result: 'expired' })
    expect(await ground.db.owner.query(
      'SELECT flow_id, purpose, person_id, method, assurance, consumed_at FROM verification_evidence')).toEqual([
      { flow_id: proof.flowId, purpose: 'password-reset', person_id: aino.personId, method: 'mail-code', assurance: 'medium',
        consumed_at: null },
    ])
    expect(await ground.actions()).toEqual([
      { action: 'verification.code.sent', outcome: 'info' }, { action: 'verification.code.verified', outcome: 'success' },
    ])
    expect(ground.checkpoints.reached).toEqual(['answer.counted', 'answer.consumed'])
  })

  it('is taken as people type it: with spaces, dashes and full-width digits', async () => {
    for (const typed of [
      (code: string) => ` ${code.slice(0, 4)} ${code.slice(4)} `, (code: string) => `${code.slice(0, 4)}-${code.slice(4)}`,
      (code: string) => code.replace(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit)))]) {
      const proof = ground.proof()
      const code = await ground.startedWith(aino.subject, proof)
      expect(await ground.answer(aino.subject, proof, typed(code))).toMatchObject({ result: 'verified' })
    }
  })

  it('typed by sixteen browsers at the same moment makes exactly one evidence', async () => {
    // without the limits of five and ten all sixteen get as far as the guarded update
    const open = await ProvingGround.open({ settings: { wrongCodes: 100 } })
    const { subject } = await open.person('aino')
    const proof = open.proof()
    const code = await open.startedWith(subject, proof)
    for (const name of ['tries_bounded', 'most_tries_check']) {
      await open.db.owner.execute(`ALTER TABLE verification_challenge DROP CONSTRAINT verification_challenge_${name}`)
    }
    await open.db.owner.execute('UPDATE verification_challenge SET most_tries = 100')
    // nobody compares before all sixteen are counted
    let release = () => {}
    const everybody = new Promise<void>((resolve) => (release = resolve))
    let counted = 0
    open.checkpoints.at = (label) => {
      if (label !== 'answer.counted') return undefined
      counted += 1
      if (counted === 16) release()
      return everybody
    }
    const answers = await Promise.all(Array.from({ length: 16 }, () => open.answer(subject, proof, code)))
    expect(counted).toBe(16)
    expect(answers.filter(({ result }) => result === 'verified')).toHaveLength(1)
    expect(await open.count('verification_evidence')).toBe(1)
    expect(await open.count('audit_entry', `action = 'verification.code.verified'`)).toBe(1)
    await open.close()
  })

  it('typed by sixteen browsers at once under the product limits makes exactly one evidence', async () => {
    const proof = ground.proof()
    const code = await ground.startedWith(aino.subject, proof)
    const answers = await Promise.all(Array.from({ length: 16 }, () => ground.answer(aino.subject, proof, code)))
    expect(answers.filter(({ result }) => result === 'verified')).toHaveLength(1)
    expect(await ground.count('verification_evidence')).toBe(1)
  })

  it('does not cost the person wrong tries', async () => {
    for (let turn = 0; turn < 12; turn += 1) {
      const proof = ground.proof()
      const code = await ground.startedWith(aino.subject, proof)
      expect(await ground.answer(aino.subject, proof, code)).toMatchObject({ result: 'verified' })
    }
    expect(await ground.db.owner.query('SELECT wrong_at, sent_at FROM verification_budget')).toEqual(
      [{ wrong_at: [], sent_at: [] }])
  })
})

describe('a wrong code', () => {
  it('tells the tries left and is recorded with the hash of nobody and no code', async () => {
    const proof = ground.proof()
    const code = await ground.startedWith(aino.subject, proof)
    for (const triesLeft of [4, 3, 2, 1, 0]) {
      expect(await ground.answer(aino.subject, proof, notThis(code))).toEqual({ result: 'wrong', triesLeft })
    }
    expect(await ground.answer(aino.subject, proof, code)).toEqual({ result: 'wrong', triesLeft: 0 })
    expect(await ground.count('verification_evidence')).toBe(0)
    const rows = await ground.db.owner.query<object>(`SELECT * FROM audit_entry WHERE action = 'verification.code.refused'`)
    expect(rows).toHaveLength(5)
    expect(JSON.stringify(rows)).not.toContain(code)
    expect(JSON.stringify(rows)).not.toContain(notThis(code))
  })

  it('sent two hundred times at once is compared five times', async () => {
    const proof = ground.proof()
    const code = await ground.startedWith(aino.subject, proof)
    const guesses = Array.from({ length: 200 }, (_, i) => String((Number(code) + 1 + i) % 1e8).padStart(8, '0'))
    const answers = await Promise.all(guesses.map((guess) => ground.answer(aino.subject, proof, guess)))
    expect(ground.checkpoints.reached.filter((label) => label === 'answer.counted')).toHaveLength(5)
    expect(answers.every(({ result }) => result === 'wrong')).toBe(true)
    expect(await ground.db.owner.query('SELECT tries FROM verification_challenge')).toEqual([{ tries: 5 }])
    expect(await ground.count('audit_entry', `action = 'verification.code.refused'`)).toBe(5)
    expect(await ground.answer(aino.subject, proof, code)).toMatchObject({ result: 'wrong' })
  })

  it.each(['', 'abcdefgh', '1234567', '123456789', '\u0000', '٣٤٥٦٧٨٩٠', ' ', "1' OR '1'='1", '💥'.repeat(10)])(
    '%j is wrong and counts', async (typed) => {
    const proof = ground.proof()
    await ground.startedWith(aino.subject, proof)
    expect(await ground.answer(aino.subject, proof, typed)).toEqual({ result: 'wrong', triesLeft: 4 })
  })
})

describe('a try', () => {
  it('stays counted when the process dies before the comparison', async () => {
    const proof = ground.proof()
    const code = await ground.startedWith(aino.subject, proof)
    ground.checkpoints.at = (label) => {
      if (label === 'answer.counted') throw new Error('died')
    }
    await expect(ground.answer(aino.subject, proof, code)).rejects.toThrow('died')
    ground.checkpoints.at = () => undefined
    expect(await ground.db.owner.query('SELECT tries, consumed_at FROM verification_challenge')).toEqual(
      [{ tries: 1, consumed_at: null }])
    expect(await ground.answer(aino.subject, proof, code)).toMatchObject({ result: 'verified' })
  })

  it('that cannot be recorded proves nothing: no audit, no action', async () => {
    const proof = ground.proof()
    const code = await ground.startedWith(aino.subject, proof)
    await ground.db.owner.execute('ALTER TABLE audit_entry ADD CONSTRAINT disk_full CHECK (false) NOT VALID')
    await expect(ground.answer(aino.subject, proof, code)).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' })
    await ground.db.owner.execute('ALTER TABLE audit_entry DROP CONSTRAINT disk_full')
    expect(await ground.count('verification_evidence')).toBe(0)
    expect(await ground.answer(aino.subject, proof, code)).toMatchObject({ result: 'verified' })
  })
})

describe('a code opens only its own door', () => {
  it('not after five minutes by the clock of the database', async () => {
    const proof = ground.proof()
    const code = await ground.startedWith(aino.subject, proof)
    await ground.age('verification_challenge', '4 minutes 59 seconds')
    const other = ground.proof()
    const otherCode = await ground.startedWith(aino.subject, other)
    expect(await ground.answer(aino.subject, proof, code)).toMatchObject({ result: 'verified' })
    await ground.age('verification_challenge', '5 minutes 1 second')
    expect(await ground.answer(aino.subject, other, otherCode)).toEqual({ result: 'expired' })
    expect(await ground.count('verification_evidence')).toBe(1)
  })

  it('not in another flow, for another purpose or for another person', async () => {
    const timo = await ground.person('timo')
    const proof = ground.proof()
    const code = await ground.startedWith(aino.subject, proof)
    expect(await ground.answer(aino.subject, ground.proof(), code)).toEqual({ result: 'expired' })
    expect(await ground.answer(aino.subject, { ...proof, purpose: 'account-unlock' }, code)).toEqual({ result: 'expired' })
    expect(await ground.answer(timo.subject, proof, code)).toEqual({ result: 'expired' })
    expect(await ground.answer({ ...aino.subject, personId: timo.personId }, proof, code)).toEqual({ result: 'expired' })
    expect(await ground.count('verification_evidence')).toBe(0)
    const otherProof = ground.proof()
    await ground.startedWith(timo.subject, otherProof)
    expect(await ground.answer(timo.subject, otherProof, code)).toMatchObject({ result: 'wrong' })
  })

  it('not when its hash was copied onto another challenge', async () => {
    const proof = ground.proof()
    const code = await ground.startedWith(aino.subject, proof)
    const other = ground.proof()
    await ground.startedWith(aino.subject, other)
    await ground.db.owner.execute(
      `UPDATE verification_challenge SET code_hash = (SELECT code_hash FROM verification_challenge WHERE flow_id = $1) WHERE
        flow_id = $2`,
      [proof.flowId, other.flowId])
    expect(await ground.answer(aino.subject, other, code)).toMatchObject({ result: 'wrong' })
  })

  it('is stored as a keyed hash: nowhere in the database in clear', async () => {
    const proof = ground.proof()
    const code = await ground.startedWith(aino.subject, proof)
    for (const table of ['verification_challenge', 'verification_budget', 'outbox_message', 'audit_entry']) {
      const [dump] = await ground.db.owner.query<{ all: string }>(
        `SELECT coalesce(string_agg(t::text, ' '), '') AS all FROM ${table} t`)
      expect(dump!.all).not.toContain(code)
      expect(dump!.all).not.toContain(Buffer.from(code).toString('hex'))
    }
  })
})

describe('evidence', () => {
  async function evidence(): Promise<{ evidenceId: string; personId: string; flowId: string; purpose: 'password-reset' }> {
    const proof = ground.proof()
    const answer = await ground.answer(aino.subject, proof, await ground.startedWith(aino.subject, proof))
    if (answer.result !== 'verified') throw new Error(answer.result)
    return { evidenceId: answer.evidenceId, personId: aino.personId, flowId: proof.flowId, purpose: 'password-reset' }
  }
  const spend = (claim: Parameters<typeof ground.verification.consumeEvidence>[1]) => (
    ground.db.database.transaction((tx) => ground.verification.consumeEvidence(tx, claim)))

  it('is spent once, also by sixteen at the same moment', async () => {
    const claim = await evidence()
    const spent = await Promise.all(Array.from({ length: 16 }, () => spend(claim)))
    expect(spent.filter((one) => one !== null)).toEqual([{ method: 'mail-code', assurance: 'medium', longCode: false }])
    expect(await spend(claim)).toBeNull()
  })

  it('is spent for its own flow, purpose and person only', async () => {
    const claim = await evidence()
    const timo = await ground.person('timo')
    expect(await spend({ ...claim, personId: timo.personId })).toBeNull()
    expect(await spend({ ...claim, purpose: 'account-unlock' })).toBeNull()
    expect(await spend({ ...claim, flowId: ground.proof().flowId })).toBeNull()
    expect(await spend({ ...claim, evidenceId: ground.proof().flowId })).toBeNull()
    expect(await spend(claim)).not.toBeNull()
  })

  it('is fresh for fifteen minutes and not longer', async () => {
    const claim = await evidence()
    await ground.age('verification_evidence', '15 minutes 1 second')
    expect(await spend(claim)).toBeNull()
  })

  it('comes back unspent when the transaction that spent it is rolled back', async () => {
    const claim = await evidence()
    await expect(ground.db.database.transaction(async (tx) => {
      await ground.verification.consumeEvidence(tx, claim)
      throw new Error('policy')
    })).rejects.toThrow('policy')
    expect(await spend(claim)).not.toBeNull()
  })

  it('can be given back within its first life only', async () => {
    const claim = await evidence()
    const restore = () => ground.db.database.transaction((tx) => ground.verification.restoreEvidence(tx, claim))
    expect(await restore()).toBe(false)
    await spend(claim)
    expect(await restore()).toBe(true)
    expect(await spend(claim)).not.toBeNull()
    await ground.age('verification_evidence', '15 minutes 1 second')
    expect(await restore()).toBe(false)
  })

  it('and open codes are void after a restored backup', async () => {
    const claim = await evidence()
    const proof = ground.proof()
    const code = await ground.startedWith(aino.subject, proof)
    const voids: ((tx: unknown) => Promise<void>)[] = []
    Object.defineProperty(
      ground.epoch, 'register', { value: (_name: string, work: (tx: unknown) => Promise<void>) => voids.push(work) })
    const { VoidAfterRestore } = await import('../../../src/modules/verification/domain/void-after-restore.js')
    const { ChallengeStore } = await import('../../../src/modules/verification/persistence/challenge.store.js')
    const { DeviceStore } = await import('../../../src/modules/verification/persistence/device.store.js')
    const { EvidenceStore } = await import('../../../src/modules/verification/persistence/evidence.store.js')
    const { database } = ground.db
    new VoidAfterRestore(ground.epoch, new ChallengeStore(database), new EvidenceStore(database), new DeviceStore(database))
    await database.transaction((tx) => voids[0]!(tx))
    expect(await spend(claim)).toBeNull()
    expect(await ground.answer(aino.subject, proof, code)).toEqual({ result: 'expired' })
  })
})
