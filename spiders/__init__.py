"""Grey-literature spiders, one site a file; found by Scrapy from the string "harvester.spiders"."""
