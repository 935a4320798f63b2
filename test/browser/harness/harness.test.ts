import { axe } from './axe.js'
import { disconnectBrowser, openPage, VIEWPORTS } from './page.js'

afterAll(disconnectBrowser)

const frame = (body: string): string =>
  `<!doctype html><html lang="en"><title>Test</title><body><main><h1>Test</h1>${body}</main></html>`
const html = (body: string): string => `data:text/html,${encodeURIComponent(frame(body))}`
const TINY_LINKS = '<a href="#1" style="display:inline-block;width:9px;height:9px">.</a><a href="#2">.</a>'
const FAULTY = `<img alt="" src="http://elsewhere.example/x.png"><script>setTimeout(() => { throw new Error('boom') })</script>`

describe('the browser harness', () => {
  it('passes a page that keeps the rules', async () => {
    const { page, problems, close } = await openPage({ viewport: VIEWPORTS.phone })
    await page.goto(html('<label>Name <input name="name"></label><button>Send</button>'))
    await axe(page)
    expect(problems).toEqual([])
    await close()
  })

  it.each([
    ['a field without a name', '<input name="name">', /label/],
    ['grey on white', '<p style="color: #aaa; background: #fff">hardly there</p>', /color-contrast/],
    ['a target too small to hit', TINY_LINKS, /target-size/],
    ['a skipped heading level', '<h4>deep</h4>', /heading-order/],
  ])('fails a page with %s, and says where', async (_fault, body, message) => {
    const { page, close } = await openPage()
    await page.goto(html(body))
    await expect(axe(page)).rejects.toThrow(message)
    await close()
  })

  it('sees grey on white and small targets also where it looks only for what another look may break', async () => {
    const { page, close } = await openPage()
    await page.goto(html(`<p style="color: #aaa; background: #fff">hardly there</p>${TINY_LINKS}`))
    await expect(axe(page, 'look')).rejects.toThrow(/color-contrast[\s\S]*target-size/)
    await close()
  })

  it('notes errors of the page and calls to elsewhere', async () => {
    const { page, problems, close } = await openPage()
    const failed = page.waitForEvent('requestfailed')
    const thrown = page.waitForEvent('pageerror')
    await page.goto(html(FAULTY))
    await Promise.all([failed, thrown])
    expect(problems).toEqual(expect.arrayContaining(['uncaught: boom', 'asked elsewhere.example']))
    await close()
  })

  it('keeps nothing of one page for the next', async () => {
    const first = await openPage()
    await first.context.addCookies([{ name: 'seen', value: '1', domain: '127.0.0.1', path: '/' }])
    const second = await openPage()
    expect(await second.context.cookies()).toEqual([])
    await Promise.all([first.close(), second.close()])
  })
})
