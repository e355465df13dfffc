import { offerServices } from './jest-services.ts';

// Jest takes a default export only.
export default offerServices;
