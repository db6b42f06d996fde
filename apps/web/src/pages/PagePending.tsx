import { Skeleton } from '@mantine/core';

export function PagePending() {
  return (
    <div aria-busy="true" role="status" aria-label="Loading the page">
      <Skeleton h={28} w={240} mb={24} />
      <Skeleton h={16} mb={12} />
      <Skeleton h={16} mb={12} w="80%" />
      <Skeleton h={16} w="60%" />
    </div>
  );
}
