import { SecretText } from '../../../src/kernel/secret-text.js'
import { parseSmtpUrl } from '../../../src/integrations/smtp/smtp-url.js'
import { smtpFailure } from '../../../src/integrations/smtp/smtp-failure.js'
import { isMailAddress, parseSender } from '../../../src/modules/notifications/domain/mail-address.js'

const parse = (url: string) => parseSmtpUrl(new SecretText(url))

describe('the SMTP address', () => {
  it('means required STARTTLS for smtp:// and TLS from the first byte for smtps://', () => {
    expect(parse('smtp://mail.example')).toEqual({ host: 'mail.example', port: 587, tls: 'starttls', auth: null, ca: null })
    expect(parse('smtps://mail.example')).toMatchObject({ port: 465, tls: 'implicit' })
  })

  it('goes without TLS to this machine, where it may still be asked for', () => {
    for (const host of ['localhost', '127.0.0.1', '127.8.9.10', '[::1]']) expect(parse(`smtp://${host}:2525`).tls).toBe('none')
    expect(parse('smtp://localhost?tls=starttls').tls).toBe('starttls')
    expect(parse('smtp://localhost.example').tls).toBe('starttls')
    expect(parse('smtp://[::1]:2525').host).toBe('::1')
  })

  it('decodes the sign-in, and a password never goes without TLS to another machine', () => {
    expect(parse('smtp://us%40er:p%3Aa%2Fss@mail.example').auth).toEqual({ user: 'us@er', pass: 'p:a/ss' })
    expect(parse('smtp://relay.example:25?tls=none')).toMatchObject({ tls: 'none', port: 25 })
    expect(() => parse('smtp://user:geheim@relay.example:25?tls=none')).toThrow('without TLS')
  })

  it.each([
    'http://mail.example', 'mail.example:25', 'smtp://', 'smtp://mail.example/path',
      'smtp://mail.example?tls.rejectUnauthorized=false',
    'smtp://mail.example?ignoreTLS=true', 'smtp://mail.example?tls=maybe', 'smtps://mail.example?tls=none',
  ])('refuses %s', (url) => {
    expect(() => parse(url)).toThrow()
  })

  it('shows no part of itself in an error', () => {
    for (const url of ['smtp://user:geheim@relay.example?tls=none', 'ftp://user:geheim@x', 'smtp://user:geheim@', 'geheim']) {
      expect(() => parse(url)).toThrow(expect.objectContaining({ message: expect.not.stringMatching(/geheim|user|relay/) }))
    }
  })
})

describe('what a failed send means', () => {
  const failure = (error: object) => smtpFailure(error)

  it.each([['MAIL FROM', 550], ['RCPT TO', 550], ['RCPT TO', 553], ['DATA', 554], ['DATA', 552]])(
    '%s %i: refused for good', (command, responseCode) => {
    expect(failure({ code: 'EENVELOPE', command, responseCode }).failure).toBe('rejected')
  })
  it.each([['RCPT TO', 450], ['RCPT TO', 451], ['DATA', 452]])('%s %i: not now', (command, responseCode) => {
    expect(failure({ code: 'EENVELOPE', command, responseCode }).failure).toBe('deferred')
  })
  it.each([
    ['RCPT TO', 421], ['DATA', 421], ['MAIL FROM', 503], ['CONN', 554], ['EHLO', 550], ['AUTH LOGIN', 535], ['STARTTLS', 502],
  ])('%s %i: the server, not the mail', (command, responseCode) => {
    expect(failure({ code: 'X', command, responseCode }).failure).toBe('transport')
  })
  it.each([{ code: 'ETIMEDOUT', command: 'CONN' }, { code: 'ESOCKET', command: 'CONN' }, { code: 'EABORT' }, new Error('x'),
    {}])('%j: transport', (error) => {
    expect(failure(error).failure).toBe('transport')
  })
  it('keeps codes and never the words of the server, which repeat the address', () => {
    const { diagnostic, message } = failure({
      code: 'EENVELOPE', command: 'RCPT TO', responseCode: 550, response: '550 5.1.1 <aino@posti.example> unknown',
        message: 'aino@posti.example',
    })
    expect(diagnostic).toBe('EENVELOPE RCPT TO 550 5.1.1')
    expect(message).not.toContain('aino')
  })
})

describe('the sender', () => {
  it.each([
    ['a@b.example', 'Latchkey', 'a@b.example'], ['Salasanat <a@b.example>', 'Salasanat', 'a@b.example'],
      [' <a@b.example> ', 'Latchkey', 'a@b.example'],
  ])('%s is read', (text, name, address) => {
    expect(parseSender(text, 'Latchkey')).toEqual({ name, address })
  })
  it.each(['', 'x', 'A <b>', 'A <a@b.example> <c@d.example>', 'A\r\nBcc: x@y <a@b.example>'])('%j is none', (text) => {
    expect(() => parseSender(text, 'Latchkey')).toThrow('must be an address')
  })
})

describe('a mail address', () => {
  it.each(['a@b.example', "o'brien+x@sub.posti.example", 'ä@münchen.example', 'a@localhost'])('%s is one', (text) => {
    expect(isMailAddress(text)).toBe(true)
  })
  it.each([
    '', 'a', 'a@', '@b', 'a b@c.example', 'a@b.example\r\nRCPT TO:<x@y>', 'a@b.example,c@d.example', '<a@b.example>',
      'A <a@b.example>',
    'a@b@c', '"a"@b.example', 'a;b@c.example', 'a\u0000@b.example', `${'a'.repeat(250)}@b.example`, 'a(comment)@b.example',
  ])('%j is none', (text) => {
    expect(isMailAddress(text)).toBe(false)
  })
})
