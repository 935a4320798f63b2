export function issueCertificate(folder: string, names: string[]): Promise<{ ca: string; caFile: string; certFile: string; keyFile: string }>
