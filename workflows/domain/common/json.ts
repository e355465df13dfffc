/** What may be carried in events, commands and workflow state: JSON only, so that nothing changes its kind on the way. */
export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };
