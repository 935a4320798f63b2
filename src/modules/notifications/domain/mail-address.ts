// One addr-spec of RFC 5321 without quoting: what directories hold, and nothing that could be read as a second address,
// a display name, a comment or a new line in an SMTP command or a header.
const ADDRESS = /^[^\s"(),:;<>@[\\\]\p{Cc}]+@[^\s"(),:;<>@[\\\]\p{Cc}]+$/u
const LONGEST = 254

export function isMailAddress(text: string): boolean {
  return text.length <= LONGEST && ADDRESS.test(text)
}

/** `a@b.example` or `Name <a@b.example>`, as an operator writes a sender. */
export function parseSender(text: string, defaultName: string): { name: string; address: string } {
  const [, name, address] = /^\s*([^<>]*?)\s*<([^<>]+)>\s*$/.exec(text) ?? [undefined, '', text.trim()]
  if (!isMailAddress(address!) || /\p{Cc}/u.test(name!)) throw new Error('the sender of mails must be an address, or Name <address>')
  return { name: name || defaultName, address: address! }
}
