declare module "swagger-ui-dist/swagger-ui-es-bundle.js" {
  import type { Tried } from "./trying";

  export default function SwaggerUI(options: {
    dom_id: string;
    spec: object;
    requestInterceptor: (request: Tried) => Tried;
    [name: string]: unknown;
  }): unknown;
}
