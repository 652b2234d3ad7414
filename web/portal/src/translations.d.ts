declare module "translations" {
  type Translation = { code: string; english: string; rtl: boolean; labels: Record<string, string> };
  const translations: Record<string, Translation>;
  export default translations;
}
declare module "*.css";
