export class CreateThing20300101000008 {
  async up(): Promise<void> {}
  async down(): Promise<void> {}
}
