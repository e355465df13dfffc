export { carryPersonFact } from './carry-person-fact.ts';
export { compulsoryPathway } from './compulsory-pathway.ts';
export { diversionPathway } from './diversion-pathway.ts';
